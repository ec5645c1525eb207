using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Certificates;

/// <summary>Keeps the root certificate in a ConfigMap of every namespace, where workloads find it; restores it when it is changed or deleted.</summary>
internal sealed partial class RootCertificateDistributor(KubeClient client, string rootPem, TimeProvider time, ILogger<RootCertificateDistributor> logger)
{
    public const string ConfigMapName = "istio-ca-root-cert";
    public const string ConfigMapKey = "root-cert.pem";
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly Reflector<Namespace> _namespaces = new(client, KubeResources.Namespaces, new ReflectorOptions(), logger);

    private readonly Reflector<ConfigMap> _configMaps = new(
        client, KubeResources.ConfigMaps, new ReflectorOptions { FieldSelector = $"metadata.name={ConfigMapName}" }, logger);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var changed = new Distribution.Debouncer(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), time);
        var running = Task.WhenAll(
            _namespaces.RunAsync(cancellationToken),
            _configMaps.RunAsync(cancellationToken),
            changed.FollowAsync(_namespaces.Source, cancellationToken),
            changed.FollowAsync(_configMaps.Source, cancellationToken));
        await _namespaces.WhenSyncedAsync(cancellationToken);
        await _configMaps.WhenSyncedAsync(cancellationToken);
        while (!running.IsFaulted)
        {
            await changed.WaitAsync(cancellationToken);
            if (!await WriteMissingAsync(cancellationToken))
            {
                await Task.Delay(s_retryDelay, time, cancellationToken);
                changed.Signal();
            }
        }

        await running;
    }

    /// <summary>False when a write failed and must be tried again.</summary>
    private async Task<bool> WriteMissingAsync(CancellationToken cancellationToken)
    {
        var complete = true;
        foreach (var @namespace in _namespaces.Current.Items.Values.Where(item => item.Metadata.DeletionTimestamp is null))
        {
            var name = @namespace.Metadata.Name;
            var present = _configMaps.Current.Find(name, ConfigMapName);
            if (present?.Data.GetValueOrDefault(ConfigMapKey) != rootPem)
            {
                complete &= await TryWriteAsync(name, present, cancellationToken);
            }
        }

        return complete;
    }

    private async Task<bool> TryWriteAsync(string @namespace, ConfigMap? present, CancellationToken cancellationToken)
    {
        var wanted = new ConfigMap
        {
            Metadata = present?.Metadata ?? new ObjectMeta
            {
                Name = ConfigMapName,
                Namespace = @namespace,
                Labels = ImmutableDictionary<string, string>.Empty.Add("istio.io/config", "true"),
            },
            Data = ImmutableDictionary<string, string>.Empty.Add(ConfigMapKey, rootPem),
        };
        try
        {
            await (present is null
                ? client.CreateAsync(KubeResources.ConfigMaps, @namespace, wanted, cancellationToken)
                : client.ReplaceAsync(KubeResources.ConfigMaps, @namespace, wanted, cancellationToken));
            return true;
        }
        catch (KubernetesApiException error) when (error.IsConflict || error.IsNotFound || error.Code == System.Net.HttpStatusCode.Forbidden)
        {
            // Someone else wrote it, or the namespace is going away: the watch brings the news.
            return true;
        }
        catch (KubernetesApiException error)
        {
            LogWriteFailed(@namespace, error.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The root certificate could not be written to namespace {Namespace}: {Reason}")]
    private partial void LogWriteFailed(string @namespace, string reason);
}
