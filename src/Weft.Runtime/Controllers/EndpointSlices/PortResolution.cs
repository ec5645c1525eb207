using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.EndpointSlices;

/// <summary>The ports of a Service as one pod offers them: a target port may be a name that each pod gives another number.</summary>
internal static class PortResolution
{
    /// <summary>The ports that the pod can serve; one whose name the pod does not know is left out.</summary>
    public static ImmutableArray<EndpointPort> Resolve(Service service, Pod pod)
    {
        var ports = ImmutableArray.CreateBuilder<EndpointPort>();
        foreach (var port in service.Spec.Ports)
        {
            if (Number(port, pod) is { } number)
                ports.Add(new EndpointPort { Name = port.Name ?? "", Port = number, Protocol = port.Protocol ?? "TCP", AppProtocol = port.AppProtocol });
        }

        return ports.DrainToImmutable();
    }

    /// <summary>Equal for pods that offer the ports alike.</summary>
    public static string Key(ImmutableArray<EndpointPort> ports) =>
        string.Join(',', ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Name}:{port.Port}/{port.Protocol}")));

    private static int? Number(ServicePort port, Pod pod)
    {
        if (port.TargetPort is not { } target || (target.IsNumber && target.Number == 0))
            return port.Port;
        if (target.IsNumber)
            return target.Number;
        return Containers(pod)
            .SelectMany(container => container.Ports)
            .FirstOrDefault(declared => declared.Name == target.Text && (declared.Protocol ?? "TCP") == (port.Protocol ?? "TCP"))?.Port;
    }

    private static IEnumerable<Container> Containers(Pod pod) =>
        pod.Spec.Containers.Concat(pod.Spec.InitContainers.Where(container => container.RestartPolicy == "Always"));
}
