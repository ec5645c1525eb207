using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Support;

/// <summary>Objects as the API server would have them, with what a test is not about filled in.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static ImmutableDictionary<string, string> Map(params (string Key, string Value)[] items) =>
        items.ToImmutableDictionary(item => item.Key, item => item.Value);

    public static PodTemplateSpec Template(string app, string image = "test/echo", int port = 8000, Func<Container, Container>? container = null)
    {
        var main = new Container { Name = "main", Image = image, Ports = port == 0 ? [] : [new ContainerPort { Name = "http", Port = port, Protocol = "TCP" }] };
        return new PodTemplateSpec
        {
            Metadata = new ObjectMeta { Labels = Map(("app", app)) },
            Spec = new PodSpec { Containers = [container?.Invoke(main) ?? main], TerminationGracePeriodSeconds = 1, RestartPolicy = "Always" },
        };
    }

    public static Pod Pod(string name, PodTemplateSpec template, Func<PodSpec, PodSpec>? spec = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Labels = template.Metadata.Labels },
        Spec = spec?.Invoke(template.Spec) ?? template.Spec,
    };

    public static Deployment Deployment(string name, int replicas, PodTemplateSpec? template = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = "uid-" + name, Generation = 1 },
        Spec = new DeploymentSpec
        {
            Replicas = replicas,
            Selector = new LabelSelector { MatchLabels = Map(("app", name)) },
            Template = template ?? Template(name),
        },
    };

    public static Service Service(string name, string app, int port, IntOrString targetPort, string? clusterIP = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = "uid-" + name },
        Spec = new ServiceSpec
        {
            Selector = Map(("app", app)),
            ClusterIP = clusterIP,
            Ports = [new ServicePort { Name = "http", Port = port, TargetPort = targetPort, Protocol = "TCP" }],
        },
    };

    public static Condition Condition(string type, string status, DateTimeOffset? since = null) =>
        new() { Type = type, Status = status, LastTransitionTime = since ?? Now };
}
