using Weft.Istio.GatewayApi;

namespace Weft.Istio.Effective.Translation;

/// <summary>Listeners of one Gateway that cannot stand beside an earlier one: at a port there is one family of protocols, and each name once.</summary>
internal static class ListenerConflicts
{
    /// <summary>Null when the listener stands. The first listener of a port always does.</summary>
    public static K8sProblem? Of(K8sGateway gateway, K8sListener listener)
    {
        foreach (var earlier in gateway.Spec.Listeners.TakeWhile(item => !ReferenceEquals(item, listener)).Where(item => item.Port == listener.Port))
        {
            if (Family(earlier.Protocol) != Family(listener.Protocol))
            {
                return new K8sProblem("ProtocolConflict", $"listener {earlier.Name} has port {listener.Port} for protocol {earlier.Protocol}");
            }

            if (Family(listener.Protocol) == "TCP" || (earlier.Hostname ?? "") == (listener.Hostname ?? ""))
            {
                return new K8sProblem("HostnameConflict", $"listener {earlier.Name} has port {listener.Port} for the same names");
            }
        }

        return null;
    }

    /// <summary>HTTPS and TLS are both told apart by the server's name.</summary>
    private static string Family(string protocol) => protocol == "HTTPS" ? "TLS" : protocol;
}
