using System.Collections.Immutable;
using Weft.Istio.GatewayApi;

namespace Weft.Istio.Effective.Translation;

/// <summary>Listeners of one Gateway, those of its ListenerSets among them, that cannot stand beside an earlier one: at a port there is one family of protocols, and each name once.</summary>
internal static class ListenerConflicts
{
    /// <param name="together">In order of precedence.</param>
    /// <returns>Null when the listener stands. The first listener of a port always does.</returns>
    public static K8sProblem? Of(ImmutableArray<K8sListener> together, K8sListener listener)
    {
        foreach (var earlier in together.TakeWhile(item => !ReferenceEquals(item, listener)).Where(item => item.Port == listener.Port))
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
