using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>The state-of-the-world protocol with one proxy.</summary>
internal sealed class ProxySession(ProxyNode node, string controlPlaneId, TimeProvider time, bool mayHaveSecrets = false) : IProxySession<DiscoveryRequest, DiscoveryResponse>
{
    private readonly Dictionary<string, Subscription> _subscriptions = [];
    private readonly SessionResources _resources = new(node, mayHaveSecrets);
    private volatile SyncStatus _status = SyncStatus.Empty;

    public ProxyNode Node { get; } = node;

    public SyncStatus Status => _status;

    public ProxyView? View => _resources.Current?.View;

    public RequestOutcome Request(DiscoveryRequest request, Action<DiscoveryResponse> answer)
    {
        if (!_subscriptions.TryGetValue(request.TypeUrl, out var subscription))
        {
            subscription = new Subscription(request.TypeUrl);
            _subscriptions.Add(request.TypeUrl, subscription);
        }

        var outcome = subscription.Accept(request, time.GetUtcNow());
        if (outcome.Respond && Answer(subscription, outcome.Added) is { } response)
        {
            answer(response);
        }

        Publish();
        return outcome;
    }

    public IEnumerable<DiscoveryResponse> Push(MeshPush push)
    {
        _resources.Take(push);
        foreach (var type in SessionResources.PushOrder)
        {
            if (_subscriptions.TryGetValue(type, out var subscription) && subscription.IsActive && Changes(subscription) is { } response)
            {
                Publish();
                yield return response;
            }
        }
    }

    private DiscoveryResponse? Answer(Subscription subscription, IReadOnlyList<string> added)
    {
        if (_resources.Current?.Of(subscription) is not { } resources)
        {
            return null;
        }

        var isPartial = !subscription.IsComplete && added.Count > 0;
        return Send(subscription, isPartial ? [.. resources.Where(resource => added.Contains(resource.Name))] : resources);
    }

    private DiscoveryResponse? Changes(Subscription subscription)
    {
        if (_resources.Current?.Of(subscription) is not { } resources)
        {
            return null;
        }

        var (sent, known) = (subscription.Delivery.Sent, _resources.Current.ChangedSince(subscription.Delivery.Seen, resources));
        subscription.Delivery.Seen = resources;
        var changed = (known ?? resources).Where(resource => sent.GetValueOrDefault(resource.Name) != resource.Hash).ToList();
        if (!subscription.IsComplete)
        {
            return changed.Count == 0 ? null : Send(subscription, changed);
        }

        if (changed.Count == 0 && resources.Count == sent.Count)
        {
            return null;
        }

        if (subscription.TypeUrl == TypeUrls.Cluster)
        {
            ResendEndpointsOf(changed);
        }

        return Send(subscription, resources);
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

    private DiscoveryResponse Send(Subscription subscription, IReadOnlyList<ProxyResource> resources)
    {
        var delivery = subscription.Delivery;
        if (subscription.IsComplete)
        {
            delivery.Sent.Clear();
        }

        var response = new DiscoveryResponse
        {
            TypeUrl = subscription.TypeUrl,
            VersionInfo = _resources.Version,
            Nonce = Guid.NewGuid().ToString(),
            ControlPlane = new Envoy.Config.Core.V3.ControlPlane { Identifier = controlPlaneId },
        };
        foreach (var resource in resources)
        {
            delivery.Sent[resource.Name] = resource.Hash;
            response.Resources.Add(resource.Content);
        }

        delivery.RecordSent(response.Nonce, time.GetUtcNow());
        return response;
    }

    private void Publish() => _status = SyncStatus.Of(_subscriptions.Values.Select(subscription => (subscription.Delivery, subscription.Watched)));
}
