using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Distribution;
using Weft.Istio;
using Weft.Istio.Effective;
using Weft.Istio.Effective.Translation;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>
/// Istio's gateway deployment controller: applies what each Gateway that names no Service is deployed as, and again when it is changed or deleted by others.
/// What exists under such a name and is not its own stays untouched. The cluster removes everything with the Gateway that owns it.
/// </summary>
internal sealed partial class GatewayDeployer(KubeClient client, SnapshotSource<MeshPush> pushes, GatewayDeploymentOptions options, TimeProvider time, ILogger<GatewayDeployer> logger)
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Reflector<UntypedObject>> _present = new[] { KubeResources.ServiceAccounts.AsUntyped(), KubeResources.Deployments.AsUntyped(), KubeResources.Services.AsUntyped() }
        .ToDictionary(resource => resource.Kind, resource => new Reflector<UntypedObject>(client, resource, new ReflectorOptions { LabelSelector = $"{GatewayLabels.Managed}={GatewayLabels.ManagedValue}" }, logger));

    private readonly Reflector<ProxyConfig> _proxyConfigs = new(client, IstioResources.ProxyConfigs, new ReflectorOptions { MissingIsEmpty = true }, logger);

    /// <summary>What was applied, and which version of the object came of it.</summary>
    private readonly Dictionary<(string Kind, NamespacedName Name), (string Text, string Version)> _applied = [];

    private readonly HashSet<(string Kind, NamespacedName Name)> _foreign = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var changed = new Debouncer(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), time);
        var running = Task.WhenAll(
            [
                .. _present.Values.Select(reflector => reflector.RunAsync(cancellationToken)),
                .. _present.Values.Select(reflector => changed.FollowAsync(reflector.Source, cancellationToken)),
                _proxyConfigs.RunAsync(cancellationToken),
                changed.FollowAsync(_proxyConfigs.Source, cancellationToken),
                changed.FollowAsync(pushes, cancellationToken),
            ]);
        await Task.WhenAll([.. _present.Values.Select(reflector => reflector.WhenSyncedAsync(cancellationToken)), _proxyConfigs.WhenSyncedAsync(cancellationToken)]);
        while (!running.IsFaulted)
        {
            await changed.WaitAsync(cancellationToken);
            if (!await RoundAsync(cancellationToken))
            {
                await Task.Delay(s_retryDelay, time, cancellationToken);
                changed.Signal();
            }
        }

        await running;
    }

    /// <summary>False when something is to be tried again.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var complete = true;
        var snapshot = pushes.Current.Snapshot;
        var configs = _proxyConfigs.Current.Items.Values.OrderBy(config => config.Metadata.CreationTimestamp).ThenBy(config => config.Metadata.Name, StringComparer.Ordinal);
        var current = options with { Proxy = options.Proxy with { Mesh = snapshot.Mesh, ProxyConfigs = [.. configs] } };
        foreach (var gateway in snapshot.GatewayApi.Gateways.Where(item => item.IsDeployed && item.Refused is null).Select(WithSets))
        {
            if (gateway.Metadata.DeletionTimestamp is null)
            {
                foreach (var (resource, content) in GatewayManifests.Of(gateway, current))
                {
                    complete &= await TryApplyAsync(gateway, resource, content, cancellationToken);
                }
            }
        }

        return complete;
    }

    /// <summary>The Gateway with the listeners of its ListenerSets: its Service leads to all of them.</summary>
    private static K8sGateway WithSets(K8sGatewayOutcome outcome) =>
        outcome.Gateway with { Spec = outcome.Gateway.Spec with { Listeners = [.. outcome.AllListeners.Select(listener => listener.Listener)] } };

    private async Task<bool> TryApplyAsync(K8sGateway gateway, KubeResource<UntypedObject> resource, JsonObject content, CancellationToken cancellationToken)
    {
        var name = NamespacedName.Of(new UntypedObject(content));
        try
        {
            await ApplyAsync(gateway, resource, name, content, cancellationToken);
            return true;
        }
        catch (KubernetesApiException error) when (error.IsNotFound)
        {
            // The namespace is going away, and the Gateway with it.
            return true;
        }
        catch (KubernetesApiException error)
        {
            LogNotApplied(resource.Kind, name, error.Message);
            return false;
        }
    }

    private async Task ApplyAsync(K8sGateway gateway, KubeResource<UntypedObject> resource, NamespacedName name, JsonObject content, CancellationToken cancellationToken)
    {
        var key = (resource.Kind, name);
        var text = content.ToJsonString();
        if (_present[resource.Kind].Current.Find(name.Namespace, name.Name) is { } watched && _applied.GetValueOrDefault(key) == (text, VersionOf(watched)))
        {
            return;
        }

        // What is watched may lag behind what was just applied, and shows only what is the controller's own.
        var present = await client.GetAsync(resource, name.Namespace, name.Name, cancellationToken);
        if (present is not null && _applied.GetValueOrDefault(key) == (text, VersionOf(present)))
        {
            return;
        }

        if (present is not null && !present.Metadata.Labels.ContainsKey(GatewayLabels.Managed))
        {
            if (_foreign.Add(key))
            {
                LogForeign(resource.Kind, name);
            }

            return;
        }

        // What was deleted may have gone with a Gateway that the snapshot still has: it must not come back.
        if (present is null && !await ExistsAsync(gateway, cancellationToken))
        {
            return;
        }

        var result = await client.PatchAsync(resource, name.Namespace, name.Name, KubePatch.Apply((JsonObject)content.DeepClone(), GatewayClasses.Controller), cancellationToken);
        _applied[key] = (text, VersionOf(result));
        _foreign.Remove(key);
        LogApplied(resource.Kind, name);
    }

    private async Task<bool> ExistsAsync(K8sGateway gateway, CancellationToken cancellationToken) =>
        await client.GetAsync(IstioResources.K8sGateways.AsUntyped(), gateway.Metadata.Namespace, gateway.Metadata.Name, cancellationToken) is { Metadata: var found }
        && found.Uid == gateway.Metadata.Uid && found.DeletionTimestamp is null;

    /// <summary>Statuses do not count where the kind tells them apart.</summary>
    private static string VersionOf(UntypedObject item) => item.Metadata.Generation > 0 ? $"{item.Metadata.Uid}/{item.Metadata.Generation}" : $"{item.Metadata.Uid}@{item.Metadata.ResourceVersion}";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} applied for its Gateway")]
    private partial void LogApplied(string kind, NamespacedName name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} exists and is not managed by the gateway controller: it stays as it is")]
    private partial void LogForeign(string kind, NamespacedName name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} could not be applied for its Gateway: {Reason}")]
    private partial void LogNotApplied(string kind, NamespacedName name, string reason);
}
