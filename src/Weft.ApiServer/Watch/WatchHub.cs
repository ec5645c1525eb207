using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Weft.ApiServer.Watch;

/// <summary>The recent changes of every resource, in commit order. One writer (the store's committer), any number of readers.</summary>
internal sealed class WatchHub
{
    private readonly ConcurrentDictionary<string, ResourceHistory> _histories = new(StringComparer.Ordinal);
    private ImmutableArray<ChangeSubscription> _subscriptions = [];
    private readonly long _firstRevision;
    private long _revision;

    public WatchHub(long firstRevision) => _firstRevision = _revision = firstRevision;

    /// <summary>Newest published revision; a bookmark may carry it.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    public ResourceHistory Of(string storageKey) => _histories.GetOrAdd(storageKey, static (_, first) => new ResourceHistory(first), _firstRevision);

    public void Publish(IReadOnlyList<WatchEvent> events)
    {
        if (events.Count == 0) return;
        foreach (var group in events.GroupBy(e => e.Object.Key.StorageKey)) Of(group.Key).Append([.. group]);
        Interlocked.Exchange(ref _revision, events[^1].Revision);
    }

    /// <summary>Tells the subscribers, once the store shows the changes.</summary>
    public void Announce(IReadOnlyList<WatchEvent> events)
    {
        foreach (var subscription in _subscriptions)
            foreach (var change in events) subscription.Offer(change);
    }

    /// <summary>For parts of this server that follow all resources at once: what they hear of, the store shows already.</summary>
    public ChangeSubscription Subscribe(Func<WatchEvent, bool> interest)
    {
        var subscription = new ChangeSubscription(interest, s => ImmutableInterlocked.Update(ref _subscriptions, (all, gone) => all.Remove(gone), s));
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscription);
        return subscription;
    }
}
