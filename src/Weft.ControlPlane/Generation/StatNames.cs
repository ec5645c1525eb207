using System.Globalization;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>The mesh's own names for statistics (outboundClusterStatName, inboundClusterStatName): patterns such as <c>%SERVICE%_%SERVICE_PORT%</c>.</summary>
internal static class StatNames
{
    /// <param name="pattern">Empty where statistics keep the name they have.</param>
    public static string Of(string pattern, string own, MeshService service, int port, string portName = "", string subset = "", int targetPort = 0) => pattern.Length == 0 ? own : pattern
        .Replace("%SERVICE%", service.Registry == ServiceRegistry.Kubernetes ? $"{service.Name}.{service.Namespace}" : service.Host, StringComparison.Ordinal)
        .Replace("%SERVICE_FQDN%", service.Host, StringComparison.Ordinal)
        .Replace("%SERVICE_NAME%", service.Name, StringComparison.Ordinal)
        .Replace("%SUBSET_NAME%", subset, StringComparison.Ordinal)
        .Replace("%TARGET_PORT%", Text(targetPort), StringComparison.Ordinal)
        .Replace("%SERVICE_PORT%", Text(port), StringComparison.Ordinal)
        .Replace("%SERVICE_PORT_NAME%", portName, StringComparison.Ordinal);

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
