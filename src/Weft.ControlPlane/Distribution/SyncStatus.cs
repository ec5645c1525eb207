using System.Collections.Immutable;

namespace Weft.ControlPlane.Distribution;

/// <summary>How far a proxy follows, per resource type, at one moment.</summary>
public sealed record SyncStatus(ImmutableDictionary<string, TypeSyncStatus> Types)
{
    public static SyncStatus Empty { get; } = new(ImmutableDictionary<string, TypeSyncStatus>.Empty);

    internal static SyncStatus Of(IEnumerable<Subscription> subscriptions) => new(subscriptions.ToImmutableDictionary(
        subscription => subscription.TypeUrl,
        subscription => new TypeSyncStatus(
            StateOf(subscription), subscription.NonceSent, subscription.NonceAcknowledged, subscription.Error, subscription.SentAt, subscription.AnsweredAt, subscription.Sent.Count)));

    private static SyncState StateOf(Subscription subscription) =>
        subscription.Error is not null ? SyncState.Error
        : subscription.NonceSent.Length == 0 ? SyncState.NotSent
        : subscription.NonceAcknowledged == subscription.NonceSent ? SyncState.Synced
        : SyncState.Stale;
}

public sealed record TypeSyncStatus(
    SyncState State, string NonceSent, string NonceAcknowledged, string? Error, DateTimeOffset? SentAt, DateTimeOffset? AnsweredAt, int ResourceCount);

public enum SyncState
{
    NotSent,
    Synced,
    Stale,
    Error,
}
