using System.Collections.Frozen;
using System.Collections.Immutable;
using Envoy.Service.Discovery.V3;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>What a proxy has asked for of one resource type, state of the world. Owned by its connection's loop; the sync status reads it as a copy.</summary>
internal sealed class Subscription(string typeUrl)
{
    /// <summary>Types whose first request may name nothing and then means everything.</summary>
    internal static readonly FrozenSet<string> WildcardTypes = FrozenSet.ToFrozenSet([TypeUrls.Cluster, TypeUrls.Listener, TypeUrls.NameTable]);

    private bool _started;
    private bool _hasNamed;

    public string TypeUrl { get; } = typeUrl;

    public DeliveryState Delivery { get; } = new(typeUrl);

    /// <summary>Everything, whatever the names.</summary>
    public bool IsWildcard { get; private set; }

    public HashSet<string> Names { get; private set; } = [];

    /// <summary>The names as others may read them.</summary>
    public ImmutableArray<string> Watched { get; private set; } = [];

    /// <summary>A response of these types is the complete set; what it lacks is removed.</summary>
    public bool IsComplete => WildcardTypes.Contains(TypeUrl);

    public bool IsActive => IsWildcard || Names.Count > 0;

    /// <summary>Takes a request into account and says whether it must be answered.</summary>
    public RequestOutcome Accept(DiscoveryRequest request, DateTimeOffset now)
    {
        if (request.ErrorDetail is { } refusal)
        {
            Delivery.Refuse(request.ResponseNonce, refusal.Message, now);
            return new RequestOutcome(Respond: false, [], Acknowledged: false, Refusal: refusal.Message);
        }

        // No nonce: the first request, one of a reconnecting proxy, or one more name sent before our first answer came (grpc-js does that).
        if (!_started || request.ResponseNonce.Length == 0)
        {
            var isFirst = !_started;
            _started = true;
            return Subscribe(request) is var added && IsActive ? new RequestOutcome(Respond: true, isFirst ? [] : added, Acknowledged: false) : RequestOutcome.Silent;
        }

        if (!Delivery.Acknowledge(request.ResponseNonce, now))
        {
            return RequestOutcome.Stale;
        }

        var more = Subscribe(request);
        return more.Count > 0 ? new RequestOutcome(Respond: true, more, Acknowledged: true) : new RequestOutcome(Respond: false, [], Acknowledged: true);
    }

    /// <summary>The names that were not asked for before.</summary>
    private List<string> Subscribe(DiscoveryRequest request)
    {
        var names = request.ResourceNames.ToHashSet();
        IsWildcard = names.Remove("*") || (names.Count == 0 && !_hasNamed && WildcardTypes.Contains(TypeUrl));
        _hasNamed |= names.Count > 0;
        var added = names.Where(name => !Names.Contains(name)).ToList();
        foreach (var dropped in Names.Where(name => !names.Contains(name)))
        {
            // Asked for again later it must be sent again.
            Delivery.Forget(dropped);
        }

        if (added.Count > 0 || names.Count != Names.Count)
        {
            Watched = [.. names];
            Names = names;
        }

        return added;
    }
}

/// <param name="Added">Names to answer with; empty: all that the subscription holds.</param>
internal sealed record RequestOutcome(bool Respond, IReadOnlyList<string> Added, bool Acknowledged, string? Refusal = null, bool IsStale = false)
{
    public static RequestOutcome Silent { get; } = new(Respond: false, [], Acknowledged: false);

    public static RequestOutcome Stale { get; } = new(Respond: false, [], Acknowledged: false, IsStale: true);
}
