using System.Collections.Frozen;
using Weft.Console.Caching;
using Weft.Console.Inventory;
using Weft.Console.MeshTopology;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.Console.Proxies;

/// <summary>How far all proxies follow their control planes. Asked of every control plane's pods at most every ten seconds, for everybody who looks.</summary>
public sealed class SyncStates(IPodHttp pods, SnapshotSource<MeshInventory> inventory, TimeProvider time)
{
    private const string Page = "/debug/syncz";

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SharedResults<string, PodStates> _read = new(Kept, capacity: 1, time);

    /// <summary>By <c>pod.namespace</c>; without the proxies of a control plane that does not tell. Never fails, and never waits for long.</summary>
    public Task<PodStates> ReadAsync(CancellationToken cancellationToken) => _read.GetAsync("", AskAsync, cancellationToken);

    private async Task<PodStates> AskAsync()
    {
        var running = ControlPlanes.Workloads(inventory.Current).SelectMany(plane => plane.Pods).Where(pod => pod.Status.Phase == "Running");
        var answers = await Task.WhenAll(running.Select(AskAsync)).ConfigureAwait(false);
        return new PodStates(answers.SelectMany(answer => answer).GroupBy(pair => pair.Key).ToFrozenDictionary(group => group.Key, group => group.First().Value));
    }

    private async Task<FrozenDictionary<string, SyncState>> AskAsync(Pod controlPlane)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            return SyncState.Read(await pods.GetAsync(controlPlane, IPodHttp.ControlPlanePort, Page, limit.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is PodHttpException or OperationCanceledException)
        {
            // What is not known is shown as not known.
            return FrozenDictionary<string, SyncState>.Empty;
        }
    }
}
