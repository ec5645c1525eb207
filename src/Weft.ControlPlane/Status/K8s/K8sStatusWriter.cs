using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Distribution;
using Weft.Istio;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>
/// Tells in the statuses of the Gateway API's objects what became of them, after each new snapshot, and writes only what changes. Gives a kind up whose
/// status it may not write.
/// </summary>
internal sealed class K8sStatusWriter(KubeClient client, SnapshotSource<MeshPush> pushes, TimeProvider time, ILogger<K8sStatusWriter> logger)
{
    private static readonly TimeSpan s_afterConflict = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(30);

    private static readonly FrozenDictionary<string, KubeResource<UntypedObject>> s_kinds = new[]
    {
        IstioResources.K8sGatewayClasses.AsUntyped(), IstioResources.K8sGateways.AsUntyped(), IstioResources.K8sHttpRoutes.AsUntyped(), IstioResources.K8sGrpcRoutes.AsUntyped(),
        IstioResources.K8sTcpRoutes.AsUntyped(), IstioResources.K8sTlsRoutes.AsUntyped(), IstioResources.K8sUdpRoutes.AsUntyped(),
        IstioResources.K8sListenerSets.AsUntyped(), IstioResources.K8sBackendTlsPolicies.AsUntyped(),
    }.ToFrozenDictionary(resource => resource.Kind);

    private readonly StatusClient _statuses = new(client, logger);
    private readonly HashSet<string> _givenUp = [];

    /// <summary>What was told last, without times; an object that is not here has not been looked at.</summary>
    private Dictionary<ObjectReference, string> _told = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var push in pushes.WatchAsync(cancellationToken))
        {
            while (push.IsReady && await RoundAsync(pushes.Current.Snapshot, cancellationToken) is { } again)
            {
                await Task.Delay(again, time, cancellationToken);
            }
        }
    }

    /// <summary>When to try again what could not be written; null when everything is told.</summary>
    private async Task<TimeSpan?> RoundAsync(MeshSnapshot snapshot, CancellationToken cancellationToken)
    {
        var wanted = K8sStatuses.Of(snapshot).ToDictionary(item => item.Reference);
        _told = _told.Where(item => wanted.ContainsKey(item.Key)).ToDictionary();
        TimeSpan? again = null;
        foreach (var (reference, uid, status) in wanted.Values.Where(item => !_givenUp.Contains(item.Reference.Kind)))
        {
            // Without a present status and at one time: equal texts say the same.
            var text = uid + status(null, DateTimeOffset.UnixEpoch)?.ToJsonString();
            if (_told.GetValueOrDefault(reference) == text)
            {
                continue;
            }

            switch (await _statuses.WriteAsync(s_kinds[reference.Kind], reference.Name, (present, _) => Changed(present, status(present, time.GetUtcNow())), cancellationToken))
            {
                case StatusWrite.Done or StatusWrite.Impossible:
                    _told[reference] = text;
                    break;
                case StatusWrite.Forbidden:
                    _givenUp.Add(reference.Kind);
                    break;
                case StatusWrite.Conflict:
                    again = s_afterConflict;
                    break;
                case StatusWrite.Unreachable:
                    return s_afterFailure;
                default:
                    throw new UnreachableException();
            }
        }

        return again;
    }

    private static JsonObject? Changed(JsonObject? present, JsonObject? wanted) =>
        JsonNode.DeepEquals(present, wanted) ? null : wanted;
}
