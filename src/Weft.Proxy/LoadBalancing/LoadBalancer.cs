using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Chooses among endpoints that do not change: a new set of endpoints gets a load balancer of its own. Called from any thread.</summary>
internal abstract class LoadBalancer
{
    public abstract EndpointModel Pick(in PickContext context);
}
