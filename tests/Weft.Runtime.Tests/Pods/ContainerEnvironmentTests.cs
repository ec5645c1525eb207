using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Support;

namespace Weft.Runtime.Pods;

public sealed class ContainerEnvironmentTests
{
    private static readonly ImmutableDictionary<string, string> NoServices = ImmutableDictionary<string, string>.Empty;

    [Fact]
    public void Values_refer_to_earlier_ones_and_to_the_services_variables()
    {
        var result = Resolve(
            new Container { Env = [Var("A", "one"), Var("B", "$(A)-$(DB_SERVICE_HOST)-$(C)-$$(A)"), Var("C", "late")] },
            services: Make.Map(("DB_SERVICE_HOST", "127.9.128.5")));
        Assert.Equal("one-127.9.128.5-$(C)-$(A)", result["B"]);
        Assert.Equal("127.9.128.5", result["DB_SERVICE_HOST"]);
    }

    [Theory]
    [InlineData("metadata.name", "web-1")]
    [InlineData("metadata.namespace", "shop")]
    [InlineData("metadata.labels['app']", "web")]
    [InlineData("metadata.annotations['a.b/c']", "note")]
    [InlineData("spec.nodeName", "weft")]
    [InlineData("spec.serviceAccountName", "seller")]
    [InlineData("status.podIP", "127.9.0.2")]
    [InlineData("status.hostIP", "127.9.0.1")]
    public void Fields_of_the_pod_are_given(string path, string value) =>
        Assert.Equal(value, Resolve(new Container { Env = [new EnvVar { Name = "X", ValueFrom = new EnvVarSource { FieldRef = new ObjectFieldSelector { FieldPath = path } } }] })["X"]);

    [Fact]
    public void All_of_a_config_map_comes_with_a_prefix_and_is_overruled_by_single_values()
    {
        var map = new ConfigMap { Data = Make.Map(("a", "1"), ("b", "2")) };
        var result = Resolve(
            new Container { EnvFrom = [new EnvFromSource { Prefix = "P_", ConfigMapRef = new ConfigMapEnvSource { Name = "m" } }], Env = [Var("P_a", "9")] },
            EnvironmentSources.Empty with { ConfigMaps = ImmutableDictionary<string, ConfigMap>.Empty.Add("m", map) });
        Assert.Equal(("9", "2"), (result["P_a"], result["P_b"]));
    }

    [Fact]
    public void What_is_missing_is_named_as_Kubernetes_names_it_unless_it_is_optional()
    {
        Assert.Equal("secret \"s\" not found", Problem(new EnvVarSource { SecretKeyRef = new SecretKeySelector { Name = "s", Key = "k" } }));
        Assert.Equal("configmap \"m\" not found", Problem(new EnvVarSource { ConfigMapKeyRef = new ConfigMapKeySelector { Name = "m", Key = "k" } }));
        var sources = EnvironmentSources.Empty with { Secrets = ImmutableDictionary<string, Secret>.Empty.Add("s", new Secret()) };
        Assert.Equal("couldn't find key k in Secret shop/s", Problem(new EnvVarSource { SecretKeyRef = new SecretKeySelector { Name = "s", Key = "k" } }, sources));
        var optional = new EnvVarSource { SecretKeyRef = new SecretKeySelector { Name = "s", Key = "k", Optional = true } };
        Assert.DoesNotContain("X", Resolve(new Container { Env = [new EnvVar { Name = "X", ValueFrom = optional }] }).Keys);
    }

    [Fact]
    public void Resources_are_given_in_units_of_the_divisor()
    {
        var limits = ImmutableDictionary<string, Quantity>.Empty.Add("memory", new Quantity("64Mi")).Add("cpu", new Quantity("1500m"));
        var container = new Container { Name = "c", Resources = new ResourceRequirements { Limits = limits } };
        Assert.Equal("64", DownwardResources.Value(new Pod(), container, new ResourceFieldSelector { Resource = "limits.memory", Divisor = new Quantity("1Mi") }));
        Assert.Equal("2", DownwardResources.Value(new Pod(), container, new ResourceFieldSelector { Resource = "limits.cpu" }));
    }

    [Fact]
    public void Services_of_the_namespace_are_told_by_variables()
    {
        var service = Make.Service("my-db", "db", 3306, 3306, "127.9.128.5");
        var variables = ServiceVariables.For(Make.Pod("p", Make.Template("x")), [service, service with { Metadata = service.Metadata with { Namespace = "other", Name = "else" } }]);
        Assert.Equal(("127.9.128.5", "3306", "3306", "tcp://127.9.128.5:3306"), (variables["MY_DB_SERVICE_HOST"], variables["MY_DB_SERVICE_PORT"], variables["MY_DB_SERVICE_PORT_HTTP"], variables["MY_DB_PORT"]));
        Assert.DoesNotContain("ELSE_SERVICE_HOST", variables.Keys);
    }

    private static EnvVar Var(string name, string value) => new() { Name = name, Value = value };

    private static string Problem(EnvVarSource source, EnvironmentSources? sources = null) =>
        Assert.Throws<ContainerConfigException>(() => Resolve(new Container { Env = [new EnvVar { Name = "X", ValueFrom = source }] }, sources)).Message;

    private static ImmutableDictionary<string, string> Resolve(Container container, EnvironmentSources? sources = null, ImmutableDictionary<string, string>? services = null)
    {
        var pod = new Pod
        {
            Metadata = new ObjectMeta { Name = "web-1", Namespace = "shop", Labels = Make.Map(("app", "web")), Annotations = Make.Map(("a.b/c", "note")) },
            Spec = new PodSpec { NodeName = "weft", ServiceAccountName = "seller" },
            Status = new PodStatus { PodIP = "127.9.0.2", HostIP = "127.9.0.1" },
        };
        return ContainerEnvironment.Resolve(pod, container, sources ?? EnvironmentSources.Empty, services ?? NoServices);
    }
}
