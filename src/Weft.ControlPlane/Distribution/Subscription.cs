using System.Collections.Frozen;
using Envoy.Service.Discovery.V3;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>What a proxy has asked for of one resource type, and what it was sent. Owned by its connection's loop; the sync status reads it as a copy.</summary>
internal sealed class Subscription(string typeUrl)
{
    /// <summary>Types whose first request may name nothing and then means everything.</summary>
    private static readonly FrozenSet<string> s_wildcardTypes = FrozenSet.ToFrozenSet([TypeUrls.Cluster, TypeUrls.Listener, TypeUrls.NameTable]);

    private bool _started;
    private bool _hasNamed;

    public string TypeUrl { get; } = typeUrl;

    /// <summary>Everything, whatever the names.</summary>
    public bool IsWildcard { get; private set; }

    public HashSet<string> Names { get; private set; } = [];

    public string NonceSent { get; private set; } = "";

    public string NonceAcknowledged { get; private set; } = "";

    /// <summary>Why the proxy refused the last response; null when it did not.</summary>
    public string? Error { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>Content hashes of what the proxy holds, by resource name.</summary>
    public Dictionary<string, string> Sent { get; } = [];

    /// <summary>A response of these types is the complete set; what it lacks is removed.</summary>
    public bool IsComplete => TypeUrl is TypeUrls.Cluster or TypeUrls.Listener or TypeUrls.NameTable;

    public bool IsActive => IsWildcard || Names.Count > 0;

    /// <summary>Takes a request into account and says whether it must be answered.</summary>
    public RequestOutcome Accept(DiscoveryRequest request, DateTimeOffset now)
    {
        if (request.ErrorDetail is { } refusal)
        {
            return Refused(request, refusal.Message, now);
        }

        // No nonce: the first request, one of a reconnecting proxy, or one more name sent before our first answer came (grpc-js does that).
        if (!_started || request.ResponseNonce.Length == 0)
        {
            var isFirst = !_started;
            _started = true;
            return Subscribe(request) is var added && IsActive ? new RequestOutcome(Respond: true, isFirst ? [] : added, Acknowledged: false) : RequestOutcome.Silent;
        }

        if (request.ResponseNonce != NonceSent)
        {
            return RequestOutcome.Stale;
        }

        NonceAcknowledged = request.ResponseNonce;
        Error = null;
        AnsweredAt = now;
        var more = Subscribe(request);
        return more.Count > 0 ? new RequestOutcome(Respond: true, more, Acknowledged: true) : new RequestOutcome(Respond: false, [], Acknowledged: true);
    }

    public void RecordSent(string nonce, DateTimeOffset now)
    {
        NonceSent = nonce;
        SentAt = now;
    }

    private RequestOutcome Refused(DiscoveryRequest request, string message, DateTimeOffset now)
    {
        if (request.ResponseNonce == NonceSent)
        {
            Error = message;
            AnsweredAt = now;
        }

        return new RequestOutcome(Respond: false, [], Acknowledged: false, Refusal: message);
    }

    /// <summary>The names that were not asked for before.</summary>
    private List<string> Subscribe(DiscoveryRequest request)
    {
        var names = request.ResourceNames.ToHashSet();
        IsWildcard = names.Remove("*") || (names.Count == 0 && !_hasNamed && s_wildcardTypes.Contains(TypeUrl));
        _hasNamed |= names.Count > 0;
        var added = names.Where(name => !Names.Contains(name)).ToList();
        foreach (var dropped in Names.Where(name => !names.Contains(name)))
        {
            // Asked for again later it must be sent again.
            Sent.Remove(dropped);
        }

        Names = names;
        return added;
    }
}

/// <param name="Added">Names to answer with; empty: all that the subscription holds.</param>
internal sealed record RequestOutcome(bool Respond, IReadOnlyList<string> Added, bool Acknowledged, string? Refusal = null, bool IsStale = false)
{
    public static RequestOutcome Silent { get; } = new(Respond: false, [], Acknowledged: false);

    public static RequestOutcome Stale { get; } = new(Respond: false, [], Acknowledged: false, IsStale: true);
}
