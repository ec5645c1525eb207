using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>The variables by which Kubernetes tells containers of the Services that existed when they started.</summary>
internal static class ServiceVariables
{
    /// <summary>Of the pod's own namespace, unless the pod does not want them, and always of the API server's Service.</summary>
    public static ImmutableDictionary<string, string> For(Pod pod, IEnumerable<Service> services)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var service in services.Where(HasClusterIP))
        {
            var isApiServer = service.Metadata is { Namespace: "default", Name: "kubernetes" };
            if (isApiServer || (pod.Spec.EnableServiceLinks != false && service.Metadata.Namespace == pod.Metadata.Namespace))
                Add(variables, service);
        }

        return variables.ToImmutable();
    }

    private static bool HasClusterIP(Service service) => service.Spec.ClusterIP is { Length: > 0 } address && address != "None";

    private static void Add(ImmutableDictionary<string, string>.Builder variables, Service service)
    {
        var name = Variable(service.Metadata.Name);
        var host = service.Spec.ClusterIP!; // Has one.
        variables[$"{name}_SERVICE_HOST"] = host;
        if (service.Spec.Ports.IsEmpty)
            return;
        variables[$"{name}_SERVICE_PORT"] = Text(service.Spec.Ports[0].Port);
        variables[$"{name}_PORT"] = Url(service.Spec.Ports[0], host);
        foreach (var port in service.Spec.Ports)
        {
            if (port.Name is { Length: > 0 } portName)
                variables[$"{name}_SERVICE_PORT_{Variable(portName)}"] = Text(port.Port);
            var protocol = port.Protocol ?? "TCP";
            var prefix = $"{name}_PORT_{Text(port.Port)}_{protocol}";
            variables[prefix] = Url(port, host);
            variables[$"{prefix}_PROTO"] = protocol.ToLowerInvariant();
            variables[$"{prefix}_PORT"] = Text(port.Port);
            variables[$"{prefix}_ADDR"] = host;
        }
    }

    private static string Url(ServicePort port, string host) => $"{(port.Protocol ?? "TCP").ToLowerInvariant()}://{host}:{Text(port.Port)}";

    private static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
