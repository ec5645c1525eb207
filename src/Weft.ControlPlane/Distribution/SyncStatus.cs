using System.Collections.Immutable;

namespace Weft.ControlPlane.Distribution;

/// <summary>How far a proxy follows, per resource type, at one moment.</summary>
public sealed record SyncStatus(ImmutableDictionary<string, TypeSyncStatus> Types)
{
    public static SyncStatus Empty { get; } = new(ImmutableDictionary<string, TypeSyncStatus>.Empty);

    internal static SyncStatus Of(IEnumerable<DeliveryState> deliveries) => new(deliveries.ToImmutableDictionary(
        delivery => delivery.TypeUrl,
        delivery => new TypeSyncStatus(
            StateOf(delivery), delivery.NonceSent, delivery.NonceAcknowledged, delivery.Error, delivery.SentAt, delivery.AnsweredAt, delivery.Sent.Count)));

    private static SyncState StateOf(DeliveryState delivery) =>
        delivery.Error is not null ? SyncState.Error
        : delivery.NonceSent.Length == 0 ? SyncState.NotSent
        : delivery.NonceAcknowledged == delivery.NonceSent ? SyncState.Synced
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
