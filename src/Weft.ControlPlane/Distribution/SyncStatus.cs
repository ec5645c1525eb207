using System.Collections.Immutable;

namespace Weft.ControlPlane.Distribution;

/// <summary>How far a proxy follows, per resource type, at one moment.</summary>
public sealed record SyncStatus(ImmutableDictionary<string, TypeSyncStatus> Types)
{
    public static SyncStatus Empty { get; } = new(ImmutableDictionary<string, TypeSyncStatus>.Empty);

    internal static SyncStatus Of(IEnumerable<(DeliveryState Delivery, ImmutableArray<string> Watched)> subscriptions) => new(subscriptions.ToImmutableDictionary(
        each => each.Delivery.TypeUrl,
        each => new TypeSyncStatus
        {
            State = StateOf(each.Delivery),
            NonceSent = each.Delivery.NonceSent,
            NonceAcknowledged = each.Delivery.NonceAcknowledged,
            Error = each.Delivery.Error,
            SentAt = each.Delivery.SentAt,
            AnsweredAt = each.Delivery.AnsweredAt,
            ResourceCount = each.Delivery.Sent.Count,
            Watched = each.Watched,
        }));

    private static SyncState StateOf(DeliveryState delivery) =>
        delivery.Error is not null ? SyncState.Error
        : delivery.NonceSent.Length == 0 ? SyncState.NotSent
        : delivery.NonceAcknowledged == delivery.NonceSent ? SyncState.Synced
        : SyncState.Stale;
}

public sealed record TypeSyncStatus
{
    public required SyncState State { get; init; }

    public required string NonceSent { get; init; }

    public required string NonceAcknowledged { get; init; }

    /// <summary>Why the proxy refused the last response; null when it did not.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public int ResourceCount { get; init; }

    /// <summary>The names asked for; empty for everything.</summary>
    public ImmutableArray<string> Watched { get; init; } = [];
}

public enum SyncState
{
    NotSent,
    Synced,
    Stale,
    Error,
}
