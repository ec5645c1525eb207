using Envoy.Config.Listener.V3;
using Weft.ControlPlane.Generation.Gateways;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>All listeners of a proxy: a gateway's from the servers of its Gateways, a sidecar's from the services it calls and serves.</summary>
public static class ListenerGenerator
{
    public static IEnumerable<Listener> Of(ProxyView view)
    {
        if (view.Node.Type == ProxyType.Router)
        {
            return GatewayListeners.Of(view);
        }

        IEnumerable<Listener> outbound = OutboundListeners.Of(view);
        return (view.Node.BindsPorts ? outbound : outbound.Append(VirtualOutbound.Of(view))).Concat(InboundListener.Of(view));
    }
}
