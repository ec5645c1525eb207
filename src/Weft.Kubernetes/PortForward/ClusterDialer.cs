using System.Globalization;
using System.Net;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.PortForward;

/// <summary>
/// Reaches pods and Services of a cluster from outside, by port-forward through its API server. Hosts are <c>name.namespace.pod</c> and
/// <c>name.namespace.svc</c>; a Service leads to one of its ready pods, chosen for each connection. Failures are IOException and <see cref="KubernetesApiException"/>.
/// </summary>
public sealed class ClusterDialer(KubeClient kube)
{
    private const string PodSuffix = "pod";
    private const string ServiceSuffix = "svc";

    public static Uri Pod(string @namespace, string name, int port) => Address(@namespace, name, PodSuffix, port);

    public static Uri Service(string @namespace, string name, int port) => Address(@namespace, name, ServiceSuffix, port);

    /// <summary>HTTP requests to <see cref="Pod"/> and <see cref="Service"/> addresses. Idle connections end by themselves.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        ConnectCallback = async (context, cancellationToken) => await DialAsync(context.DnsEndPoint, cancellationToken),
    };

    public async Task<Stream> DialAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        // A pod's name may have dots; a namespace has none.
        var parts = target.Host.Split('.');
        if (parts.Length < 3 || parts[^1] is not (PodSuffix or ServiceSuffix))
        {
            throw new IOException($"{target.Host} is neither name.namespace.pod nor name.namespace.svc");
        }

        var (name, @namespace) = (string.Join('.', parts[..^2]), parts[^2]);
        if (parts[^1] == PodSuffix)
        {
            return await kube.PortForwardAsync(@namespace, name, target.Port, cancellationToken);
        }

        var (pod, port) = await BehindAsync(@namespace, name, target.Port, cancellationToken);
        return await kube.PortForwardAsync(@namespace, pod, port, cancellationToken);
    }

    private static Uri Address(string @namespace, string name, string suffix, int port) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://{name}.{@namespace}.{suffix}:{port}"));

    private async Task<(string Pod, int Port)> BehindAsync(string @namespace, string name, int port, CancellationToken cancellationToken)
    {
        var service = await kube.GetAsync(KubeResources.Services, @namespace, name, cancellationToken) ?? throw new IOException($"there is no Service {@namespace}/{name}");
        var declared = service.Spec.Ports.FirstOrDefault(p => p.Port == port) ?? throw new IOException($"Service {@namespace}/{name} has no port {port}");
        if (service.Spec.Selector.IsEmpty)
        {
            throw new IOException($"Service {@namespace}/{name} selects no pods");
        }

        var selector = string.Join(',', service.Spec.Selector.Select(label => $"{label.Key}={label.Value}"));
        var pods = await kube.ListAsync(KubeResources.Pods, @namespace, new ListOptions { LabelSelector = selector }, cancellationToken);
        var pod = pods.Items.FirstOrDefault(IsReady) ?? throw new IOException($"no pod of Service {@namespace}/{name} is ready");
        return (pod.Metadata.Name, TargetPort(declared, pod) ?? throw new IOException($"pod {@namespace}/{pod.Metadata.Name} has no port named {declared.TargetPort}"));
    }

    private static bool IsReady(Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && pod.Status.Phase == "Running" && pod.Status.Conditions.Any(c => c is { Type: "Ready", Status: "True" });

    private static int? TargetPort(ServicePort declared, Pod pod) => declared.TargetPort switch
    {
        { Text: { } name } => pod.Spec.Containers.SelectMany(c => c.Ports).FirstOrDefault(p => p.Name == name)?.Port,
        { Number: > 0 } number => number.Number,
        _ => declared.Port,
    };
}
