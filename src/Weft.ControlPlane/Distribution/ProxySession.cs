using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>
/// The state-of-the-world protocol with one proxy, without the wire: requests and pushes in, responses out. One caller at a time
/// (the connection's loop); <see cref="Status"/> may be read from anywhere.
/// </summary>
internal sealed class ProxySession(ProxyNode node, string controlPlaneId, TimeProvider time)
{
    /// <summary>Make before break: clusters and their endpoints come before the listeners and routes that name them.</summary>
    private static readonly string[] s_pushOrder =
        [TypeUrls.Cluster, TypeUrls.Endpoint, TypeUrls.Listener, TypeUrls.Route, TypeUrls.Secret, TypeUrls.ExtensionConfig, TypeUrls.NameTable];

    private readonly Dictionary<string, Subscription> _subscriptions = [];
    private ProxyResources? _resources;
    private MeshPush _push = MeshPush.None;
    private volatile SyncStatus _status = SyncStatus.Empty;

    public ProxyNode Node { get; } = node;

    public SyncStatus Status => _status;

    /// <summary>The view the last responses were made from; null before the first push.</summary>
    public ProxyView? View => _resources?.View;

    /// <summary>The answers to a request; none when it only acknowledges or refuses.</summary>
    public (RequestOutcome Outcome, IReadOnlyList<DiscoveryResponse> Responses) Request(DiscoveryRequest request)
    {
        if (!_subscriptions.TryGetValue(request.TypeUrl, out var subscription))
        {
            subscription = new Subscription(request.TypeUrl);
            _subscriptions.Add(request.TypeUrl, subscription);
        }

        var outcome = subscription.Accept(request, time.GetUtcNow());
        var response = outcome.Respond ? Answer(subscription, outcome.Added) : null;
        Publish();
        return (outcome, response is null ? [] : [response]);
    }

    /// <summary>What has changed for this proxy, in the order in which it must be sent.</summary>
    public IEnumerable<DiscoveryResponse> Push(MeshPush push)
    {
        _resources = _resources is { } known && _push.Shape == push.Shape
            ? known.WithEndpointsOf(push.Snapshot)
            : new ProxyResources(new ProxyView(push.Snapshot, Node));
        _push = push;
        foreach (var type in s_pushOrder)
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
        if (_resources?.Of(subscription) is not { } resources)
        {
            return null;
        }

        var isPartial = !subscription.IsComplete && added.Count > 0;
        return Send(subscription, isPartial ? [.. resources.Where(resource => added.Contains(resource.Name))] : resources);
    }

    private DiscoveryResponse? Changes(Subscription subscription)
    {
        if (_resources?.Of(subscription) is not { } resources)
        {
            return null;
        }

        var changed = resources.Where(resource => subscription.Sent.GetValueOrDefault(resource.Name) != resource.Hash).ToList();
        if (!subscription.IsComplete)
        {
            return changed.Count == 0 ? null : Send(subscription, changed);
        }

        if (changed.Count == 0 && resources.Count == subscription.Sent.Count)
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
                endpoints.Sent.Remove(cluster.Name);
            }
        }
    }

    private DiscoveryResponse Send(Subscription subscription, IReadOnlyList<ProxyResource> resources)
    {
        if (subscription.IsComplete)
        {
            subscription.Sent.Clear();
        }

        var response = new DiscoveryResponse
        {
            TypeUrl = subscription.TypeUrl,
            VersionInfo = _push.Version,
            Nonce = Guid.NewGuid().ToString(),
            ControlPlane = new Envoy.Config.Core.V3.ControlPlane { Identifier = controlPlaneId },
        };
        foreach (var resource in resources)
        {
            subscription.Sent[resource.Name] = resource.Hash;
            response.Resources.Add(resource.Content);
        }

        subscription.RecordSent(response.Nonce, time.GetUtcNow());
        return response;
    }

    private void Publish() => _status = SyncStatus.Of(_subscriptions.Values);
}
