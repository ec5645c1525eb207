using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>The incremental protocol with one proxy: only what changed is sent, and what is gone is named. A resource's version is the hash of its content.</summary>
internal sealed class DeltaSession(ProxyNode node, string controlPlaneId, TimeProvider time, bool mayHaveSecrets = false) : IProxySession<DeltaDiscoveryRequest, DeltaDiscoveryResponse>
{
    private readonly Dictionary<string, DeltaSubscription> _subscriptions = [];
    private readonly SessionResources _resources = new(node, mayHaveSecrets);
    private volatile SyncStatus _status = SyncStatus.Empty;

    public ProxyNode Node { get; } = node;

    public SyncStatus Status => _status;

    public ProxyView? View => _resources.Current?.View;

    public RequestOutcome Request(DeltaDiscoveryRequest request, Action<DeltaDiscoveryResponse> answer)
    {
        if (!_subscriptions.TryGetValue(request.TypeUrl, out var subscription))
        {
            subscription = new DeltaSubscription(request.TypeUrl);
            _subscriptions.Add(request.TypeUrl, subscription);
        }

        var outcome = subscription.Accept(request, time.GetUtcNow());
        if (outcome.Respond && Changes(subscription, outcome.Added, mustAnswer: true) is { } response)
        {
            answer(response);
        }

        Publish();
        return outcome;
    }

    public IEnumerable<DeltaDiscoveryResponse> Push(MeshPush push)
    {
        _resources.Take(push);
        foreach (var type in SessionResources.PushOrder)
        {
            if (_subscriptions.TryGetValue(type, out var subscription) && subscription.IsActive && Changes(subscription, [], mustAnswer: false) is { } response)
            {
                Publish();
                yield return response;
            }
        }
    }

    /// <param name="owed">Names that are answered even when nothing changed: with the resource, or as removed.</param>
    private DeltaDiscoveryResponse? Changes(DeltaSubscription subscription, IReadOnlyList<string> owed, bool mustAnswer)
    {
        if (_resources.Current?.Of(subscription.TypeUrl, subscription.IsWildcard, subscription.Names) is not { } resources)
        {
            return null;
        }

        var (sent, known) = (subscription.Delivery.Sent, _resources.Current.ChangedSince(subscription.Delivery.Seen, resources));
        subscription.Delivery.Seen = resources;
        var changed = (known ?? resources).Where(resource => sent.GetValueOrDefault(resource.Name) != resource.Hash).ToList();
        var removed = known is null || owed.Count > 0 ? Removed(resources, sent.Keys.Concat(owed)) : [];
        if (changed.Count == 0 && removed.Count == 0 && !mustAnswer)
        {
            return null;
        }

        if (subscription.TypeUrl == TypeUrls.Cluster)
        {
            ResendEndpointsOf(changed);
        }

        return Send(subscription, changed, removed);
    }

    private static List<string> Removed(IReadOnlyList<ProxyResource> resources, IEnumerable<string> names)
    {
        var present = resources.Select(resource => resource.Name).ToHashSet();
        return [.. names.Where(name => !present.Contains(name)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>A changed cluster starts without endpoints and waits for them, though they are as before.</summary>
    private void ResendEndpointsOf(List<ProxyResource> clusters)
    {
        if (_subscriptions.TryGetValue(TypeUrls.Endpoint, out var endpoints))
        {
            foreach (var cluster in clusters)
            {
                endpoints.Delivery.Forget(cluster.Name);
            }
        }
    }

    private DeltaDiscoveryResponse Send(DeltaSubscription subscription, List<ProxyResource> resources, List<string> removed)
    {
        var response = new DeltaDiscoveryResponse
        {
            TypeUrl = subscription.TypeUrl,
            SystemVersionInfo = _resources.Version,
            Nonce = Guid.NewGuid().ToString(),
            ControlPlane = new Envoy.Config.Core.V3.ControlPlane { Identifier = controlPlaneId },
            RemovedResources = { removed },
        };
        foreach (var name in removed)
        {
            subscription.Delivery.Sent.Remove(name);
        }

        foreach (var resource in resources)
        {
            subscription.Delivery.Sent[resource.Name] = resource.Hash;
            response.Resources.Add(new Resource { Name = resource.Name, Version = resource.Hash, Resource_ = resource.Content });
        }

        subscription.Delivery.RecordSent(response.Nonce, time.GetUtcNow());
        return response;
    }

    private void Publish() => _status = SyncStatus.Of(_subscriptions.Values.Select(subscription => (subscription.Delivery, subscription.Watched)));
}
