using System.Collections.Immutable;
using Envoy.Service.Discovery.V3;

namespace Weft.ControlPlane.Distribution;

/// <summary>What a proxy has asked for of one resource type in the incremental protocol: names come and go one by one. Owned by its connection's loop.</summary>
internal sealed class DeltaSubscription(string typeUrl)
{
    private const string Wildcard = "*";

    private bool _started;

    public string TypeUrl { get; } = typeUrl;

    public DeliveryState Delivery { get; } = new(typeUrl);

    public bool IsWildcard { get; private set; }

    /// <summary>Another set whenever the names are others.</summary>
    public HashSet<string> Names { get; private set; } = [];

    /// <summary>The names as others may read them.</summary>
    public ImmutableArray<string> Watched { get; private set; } = [];

    public bool IsActive => IsWildcard || Names.Count > 0;

    /// <summary>
    /// Takes a request into account. Its outcome names what must be answered even when the proxy has it: names asked for (again), and names let go that the
    /// wildcard still covers. A stale nonce voids the acknowledgement alone, never the change of names.
    /// </summary>
    public RequestOutcome Accept(DeltaDiscoveryRequest request, DateTimeOffset now)
    {
        var isStale = Answered(request, now);
        var owed = Change(request, isFirst: !_started);
        _started = true;
        return new RequestOutcome(owed.Respond, owed.Names, Acknowledged: !isStale && request.ResponseNonce.Length > 0 && request.ErrorDetail is null, request.ErrorDetail?.Message, isStale);
    }

    /// <summary>True when the nonce is not that of the last response.</summary>
    private bool Answered(DeltaDiscoveryRequest request, DateTimeOffset now)
    {
        if (request.ResponseNonce.Length == 0)
        {
            return false;
        }

        if (request.ErrorDetail is { } refusal)
        {
            Delivery.Refuse(request.ResponseNonce, refusal.Message, now);
            return request.ResponseNonce != Delivery.NonceSent;
        }

        return !Delivery.Acknowledge(request.ResponseNonce, now);
    }

    private (bool Respond, List<string> Names) Change(DeltaDiscoveryRequest request, bool isFirst)
    {
        foreach (var (name, version) in isFirst ? request.InitialResourceVersions : [])
        {
            Delivery.Sent[name] = version;
        }

        if (request.ResourceNamesSubscribe.Count > 0 || request.ResourceNamesUnsubscribe.Count > 0)
        {
            Names = [.. Names];
        }

        var asksForAll = request.ResourceNamesSubscribe.Contains(Wildcard)
            || (isFirst && request.ResourceNamesSubscribe.Count == 0 && Subscription.WildcardTypes.Contains(TypeUrl));
        IsWildcard |= asksForAll;
        var owed = request.ResourceNamesSubscribe.Where(name => name != Wildcard).ToList();
        Names.UnionWith(owed);
        foreach (var name in owed.Where(_ => !isFirst))
        {
            Delivery.Forget(name);
        }

        foreach (var name in request.ResourceNamesUnsubscribe)
        {
            LetGo(name, owed);
        }

        if (request.ResourceNamesSubscribe.Count > 0 || request.ResourceNamesUnsubscribe.Count > 0)
        {
            Watched = [.. Names];
        }

        return (asksForAll || owed.Count > 0 || (isFirst && IsActive), owed);
    }

    private void LetGo(string name, List<string> owed)
    {
        if (name == Wildcard)
        {
            IsWildcard = false;
            foreach (var uncovered in Delivery.Sent.Keys.Where(sent => !Names.Contains(sent)).ToList())
            {
                Delivery.Forget(uncovered);
            }

            return;
        }

        Names.Remove(name);
        Delivery.Forget(name);
        if (IsWildcard)
        {
            owed.Add(name);
        }
    }
}
