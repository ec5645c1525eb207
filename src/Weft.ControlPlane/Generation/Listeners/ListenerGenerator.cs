using Envoy.Config.Listener.V3;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>All listeners of a sidecar. A gateway proxy gets none: the servers of Gateways are not generated yet.</summary>
public static class ListenerGenerator
{
    public static IEnumerable<Listener> Of(ProxyView view)
    {
        if (view.Node.Type == ProxyType.Router)
        {
            yield break;
        }

        foreach (var listener in OutboundListeners.Of(view))
        {
            yield return listener;
        }

        if (!view.Node.BindsPorts)
        {
            yield return VirtualOutbound.Of(view);
            yield return InboundListener.Of(view);
        }
    }
}
