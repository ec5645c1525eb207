using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Nodes;

/// <summary>The Node object of the embedded node and its heartbeat, a Lease in kube-node-lease.</summary>
internal sealed partial class NodeRegistration(KubeClient client, RuntimeOptions options, ILogger logger)
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int LeaseSeconds = 40;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromMinutes(5);

    private DateTimeOffset _statusWritten;

    /// <summary>Creates the Node, or takes over the one that is there, and writes its status.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var node = new Node { Metadata = new ObjectMeta { Name = options.NodeName, Labels = Labels() } };
        try
        {
            await client.CreateAsync(KubeResources.Nodes, null, node, cancellationToken);
        }
        catch (KubernetesApiException present) when (present.IsAlreadyExists)
        {
            // Registered by an earlier process.
        }

        await WriteStatusAsync(cancellationToken);
    }

    /// <summary>Renews the lease and, more rarely, the status until cancelled.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await WriteLeaseAsync(cancellationToken);
                if (options.Time.GetUtcNow() - _statusWritten >= StatusEvery)
                    await WriteStatusAsync(cancellationToken);
            }
            catch (KubernetesApiException failure)
            {
                LogHeartbeatFailed(failure.Message);
            }

            await Task.Delay(RenewEvery, options.Time, cancellationToken);
        }
    }

    private async Task WriteStatusAsync(CancellationToken cancellationToken)
    {
        var before = await client.GetAsync(KubeResources.Nodes, null, options.NodeName, cancellationToken);
        var node = new Node { Status = Status(before, options.Time.GetUtcNow()) };
        var status = JsonSerializer.SerializeToNode(node, KubernetesJson.TypeInfo<Node>())?["status"]?.DeepClone();
        var patch = KubePatch.Merge(new JsonObject { ["status"] = status }) with { Subresource = "status" };
        await client.PatchAsync(KubeResources.Nodes, null, options.NodeName, patch, cancellationToken);
        _statusWritten = options.Time.GetUtcNow();
    }

    private async Task WriteLeaseAsync(CancellationToken cancellationToken)
    {
        var now = options.Time.GetUtcNow();
        var spec = new LeaseSpec { HolderIdentity = options.NodeName, LeaseDurationSeconds = LeaseSeconds, RenewTime = now };
        if (await client.GetAsync(KubeResources.Leases, LeaseNamespace, options.NodeName, cancellationToken) is { } lease)
            await client.ReplaceAsync(KubeResources.Leases, LeaseNamespace, lease with { Spec = spec }, cancellationToken);
        else
            await TryCreateLeaseAsync(spec, cancellationToken);
    }

    /// <summary>A server without leases, or without their namespace, gets no heartbeat; the Node's status is enough for readers.</summary>
    private async Task TryCreateLeaseAsync(LeaseSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            var lease = new Lease { Metadata = new ObjectMeta { Name = options.NodeName, Namespace = LeaseNamespace }, Spec = spec };
            await client.CreateAsync(KubeResources.Leases, LeaseNamespace, lease, cancellationToken);
        }
        catch (KubernetesApiException missing) when (missing.IsNotFound)
        {
            LogHeartbeatFailed(missing.Message);
        }
    }

    private ImmutableDictionary<string, string> Labels() => new Dictionary<string, string>
    {
        ["kubernetes.io/hostname"] = options.NodeName,
        ["kubernetes.io/os"] = Os,
        ["kubernetes.io/arch"] = Architecture,
        ["node.kubernetes.io/instance-type"] = "weft",
        ["node-role.kubernetes.io/control-plane"] = "",
    }.ToImmutableDictionary();

    private NodeStatus Status(Node? before, DateTimeOffset now)
    {
        var capacity = new Dictionary<string, Quantity>
        {
            ["cpu"] = new(Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            ["memory"] = new((GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024).ToString(CultureInfo.InvariantCulture) + "Ki"),
            ["pods"] = new(Network.NetworkBlock.PodCapacity.ToString(CultureInfo.InvariantCulture)),
        }.ToImmutableDictionary();
        return new NodeStatus
        {
            Capacity = capacity,
            Allocatable = capacity,
            Addresses =
            [
                new NodeAddress { Type = "InternalIP", Address = options.Network.NodeAddress.ToString() },
                new NodeAddress { Type = "Hostname", Address = options.NodeName },
            ],
            Conditions = [.. ConditionsOf(before, now)],
            NodeInfo = new NodeSystemInfo
            {
                OperatingSystem = Os,
                Architecture = Architecture,
                OsImage = RuntimeInformation.OSDescription,
                KernelVersion = Environment.OSVersion.Version.ToString(),
                ContainerRuntimeVersion = $"weft://{Version}",
                KubeletVersion = "v1.32.4-weft",
                KubeProxyVersion = "v1.32.4-weft",
            },
        };
    }

    private static IEnumerable<Condition> ConditionsOf(Node? before, DateTimeOffset now)
    {
        (string Type, string Status, string Reason, string Message)[] wanted =
        [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ];
        foreach (var (type, status, reason, message) in wanted)
        {
            var present = before?.Status.Conditions.FirstOrDefault(condition => condition.Type == type);
            yield return new Condition
            {
                Type = type,
                Status = status,
                Reason = reason,
                Message = message,
                LastHeartbeatTime = now,
                LastTransitionTime = present?.Status == status ? present.LastTransitionTime : now,
            };
        }
    }

    private static string Os => OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "linux";

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Version => typeof(NodeRegistration).Assembly.GetName().Version?.ToString(3) ?? "0";

    [LoggerMessage(Level = LogLevel.Debug, Message = "The node's heartbeat could not be written: {Problem}")]
    private partial void LogHeartbeatFailed(string problem);
}
