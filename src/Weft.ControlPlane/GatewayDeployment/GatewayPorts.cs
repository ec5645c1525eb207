using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Istio.GatewayApi;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>The ports of a deployed Gateway's Service: that of its readiness, and each port of its listeners once.</summary>
internal static class GatewayPorts
{
    private const int StatusPort = 15021;
    private const int FirstUnprivileged = 1024;
    private const int Step = 8000;
    private const int LongestName = 63;

    public static JsonArray Of(K8sGateway gateway, bool allowsPrivileged)
    {
        var listeners = gateway.Spec.Listeners.DistinctBy(listener => listener.Port).ToList();
        var names = new HashSet<string>();
        var taken = listeners.Select(listener => listener.Port).Append(StatusPort).ToHashSet();
        var ports = new JsonArray(Port("status-port", StatusPort, "tcp", StatusPort));
        foreach (var listener in listeners.Where(listener => listener.Port != StatusPort))
        {
            var target = allowsPrivileged || listener.Port >= FirstUnprivileged ? listener.Port : Free(listener.Port, taken);
            ports.Add(Port(NameOf(listener, names), listener.Port, listener.Protocol.ToLowerInvariant(), target));
        }

        return ports;
    }

    private static JsonObject Port(string name, int port, string protocol, int target)
    {
        var result = new JsonObject { ["name"] = name, ["port"] = port, ["protocol"] = "TCP", ["appProtocol"] = protocol };
        if (target != port)
        {
            result["targetPort"] = target;
        }

        return result;
    }

    private static int Free(int port, HashSet<int> taken)
    {
        var target = port + Step;
        while (!taken.Add(target))
        {
            target++;
        }

        return target;
    }

    /// <summary>A listener's name may have dots and be long, a port's may not; and listeners of several ListenerSets may have one name.</summary>
    private static string NameOf(K8sListener listener, HashSet<string> taken)
    {
        var name = Short(listener.Name.Replace('.', '-'), LongestName);
        if (!taken.Add(name))
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{listener.Port}");
            name = Short(name, LongestName - suffix.Length) + suffix;
            taken.Add(name);
        }

        return name;
    }

    private static string Short(string name, int length) => name.Length <= length ? name : name[..length].TrimEnd('-');
}
