using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Distribution;
using Weft.Istio;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Status;

/// <summary>
/// Says in the status of Istio objects what the mesh does not do of them, and takes it back once it does. It looks at most once in
/// <see cref="Interval"/>, writes only what changes, and gives a kind up whose status it may not write.
/// </summary>
internal sealed partial class StatusWriter(KubeClient client, SnapshotSource<MeshPush> pushes, AdsServer discovery, TimeProvider time, ILogger<StatusWriter> logger)
{
    /// <summary>Between two rounds; also gathers what changes in a burst.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Writes of one round; the rest waits for the next.</summary>
    private const int MostWrites = 20;

    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(30);

    private static readonly FrozenDictionary<string, KubeResource<UntypedObject>> s_kinds = new[]
    {
        IstioResources.VirtualServices.AsUntyped(), IstioResources.DestinationRules.AsUntyped(), IstioResources.ServiceEntries.AsUntyped(),
        IstioResources.WorkloadEntries.AsUntyped(), IstioResources.Gateways.AsUntyped(), IstioResources.Sidecars.AsUntyped(),
        IstioResources.PeerAuthentications.AsUntyped(), IstioResources.AuthorizationPolicies.AsUntyped(), IstioResources.RequestAuthentications.AsUntyped(),
        IstioResources.Telemetries.AsUntyped(), WatchedMesh.EnvoyFilters, WatchedMesh.WasmPlugins, WatchedMesh.TrafficExtensions,
    }.ToFrozenDictionary(resource => resource.Kind);

    /// <summary>What objects' statuses say; an object that is not here says nothing of this control plane's.</summary>
    private readonly Dictionary<ObjectReference, ObjectProblem?> _said = [];

    private readonly HashSet<string> _givenUp = [];
    private readonly StatusClient _statuses = new(client, logger);
    private (string Version, List<ObjectProblems.Refusal> Refusals, Dictionary<ObjectReference, ObjectProblem> Problems) _seen = ("", [], []);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var push in pushes.WatchAsync(cancellationToken))
        {
            if (push.IsReady)
            {
                break;
            }
        }

        await LearnAsync(cancellationToken);
        while (true)
        {
            var reachable = await RoundAsync(cancellationToken);
            await Task.Delay(reachable ? Interval : s_afterFailure, time, cancellationToken);
        }
    }

    /// <summary>Finds the statuses that a control plane before this one has written: what was repaired meanwhile is to be taken back.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        foreach (var (kind, resource) in s_kinds)
        {
            try
            {
                var items = await client.ListAsync(resource, null, cancellationToken);
                foreach (var item in items.Items.Where(item => IstioStatus.HasProblem(item.Content["status"] as JsonObject)))
                {
                    _said[new ObjectReference(kind, NamespacedName.Of(item))] = null;
                }
            }
            catch (KubernetesApiException error)
            {
                LogNotRead(kind, error.Message);
            }
        }
    }

    /// <summary>False when the API server does not answer.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var problems = Problems();
        var changes = problems.Where(item => !_said.TryGetValue(item.Key, out var said) || said != item.Value).Select(item => (item.Key, (ObjectProblem?)item.Value))
            .Concat(_said.Keys.Where(key => !problems.ContainsKey(key)).Select(key => (key, (ObjectProblem?)null)))
            .Where(change => s_kinds.ContainsKey(change.Item1.Kind) && !_givenUp.Contains(change.Item1.Kind))
            .Take(MostWrites).ToList();
        foreach (var (reference, problem) in changes)
        {
            switch (await _statuses.WriteAsync(
                s_kinds[reference.Kind], reference.Name, (status, generation) => IstioStatus.Patch(status, problem, generation, time.GetUtcNow()), cancellationToken))
            {
                case StatusWrite.Unreachable:
                    return false;
                case StatusWrite.Forbidden:
                    _givenUp.Add(reference.Kind);
                    break;
                case StatusWrite.Done or StatusWrite.Impossible:
                    Settle(reference, problem);
                    break;
                case StatusWrite.Conflict:
                    break; // the next round looks at it anew
                default:
                    throw new UnreachableException();
            }
        }

        return true;
    }

    /// <summary>Made anew only when there is a new snapshot or another refusal.</summary>
    private Dictionary<ObjectReference, ObjectProblem> Problems()
    {
        var push = pushes.Current;
        var refusals = ObjectProblems.RefusalsOf(discovery.Connections);
        if (push.Version != _seen.Version || !refusals.SequenceEqual(_seen.Refusals))
        {
            _seen = (push.Version, refusals, ObjectProblems.Of(push.Snapshot, refusals));
        }

        return _seen.Problems;
    }

    private void Settle(ObjectReference reference, ObjectProblem? problem)
    {
        if (problem is null)
        {
            _said.Remove(reference);
        }
        else
        {
            _said[reference] = problem;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The statuses of kind {Kind} cannot be read: {Reason}")]
    private partial void LogNotRead(string kind, string reason);
}
