using System.Text;
using Weft.Console.Inventory;
using Weft.Console.IstioConfig;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Kubernetes.Yaml;

namespace Weft.Console.MeshTopology;

/// <summary>Mutual TLS of mesh and namespaces by what PeerAuthentications (of servers) and DestinationRules (of callers) say: - is none.</summary>
public sealed class TlsStatusTests
{
    [Theory]
    [InlineData("-", "-", true, "MTLS_NOT_ENABLED")]
    [InlineData("STRICT", "-", true, "MTLS_ENABLED")]
    [InlineData("STRICT", "-", false, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("STRICT", "ISTIO_MUTUAL", false, "MTLS_ENABLED")]
    [InlineData("STRICT", "DISABLE", true, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("PERMISSIVE", "-", true, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("PERMISSIVE", "ISTIO_MUTUAL", true, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("DISABLE", "-", false, "MTLS_DISABLED")]
    [InlineData("DISABLE", "DISABLE", true, "MTLS_DISABLED")]
    [InlineData("-", "DISABLE", true, "MTLS_DISABLED")]
    [InlineData("-", "MUTUAL", true, "MTLS_ENABLED")]
    [InlineData("-", "MUTUAL", false, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("-", "SIMPLE", true, "MTLS_PARTIALLY_ENABLED")]
    public void Of_the_mesh(string server, string client, bool auto, string expected) =>
        Assert.Equal(new TlsStatus(expected, auto), Statuses(auto, Policy("istio-system", server), Rule("*.local", client)).OfMesh());

    [Theory]
    [InlineData("-", "-", true, "UNSET")]
    [InlineData("-", "ISTIO_MUTUAL", true, "UNSET")]
    [InlineData("UNSET", "DISABLE", true, "UNSET")]
    [InlineData("STRICT", "-", true, "MTLS_ENABLED")]
    [InlineData("STRICT", "-", false, "MTLS_VALIDATION_ERROR")]
    [InlineData("STRICT", "ISTIO_MUTUAL", false, "MTLS_ENABLED")]
    [InlineData("STRICT", "DISABLE", true, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("PERMISSIVE", "-", true, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("DISABLE", "-", true, "MTLS_DISABLED")]
    [InlineData("DISABLE", "-", false, "MTLS_PARTIALLY_ENABLED")]
    [InlineData("DISABLE", "DISABLE", false, "MTLS_DISABLED")]
    [InlineData("DISABLE", "MUTUAL", true, "MTLS_VALIDATION_ERROR")]
    public void Of_a_namespace(string server, string client, bool auto, string expected) =>
        Assert.Equal(new TlsStatus(expected, auto), Statuses(auto, Policy("shop", server), Rule("*.shop.svc.cluster.local", client)).OfNamespace("shop"));

    [Theory]
    [InlineData("STRICT", "UNSET_INHERITED_STRICT")]
    [InlineData("DISABLE", "UNSET_INHERITED_DISABLED")]
    [InlineData("PERMISSIVE", "UNSET")]
    public void A_namespace_without_a_policy_has_the_meshs(string server, string expected)
    {
        var statuses = Statuses(true, Policy("istio-system", server), "");
        Assert.Equal(expected, statuses.OfNamespace("shop").Status);
        Assert.Equal(statuses.OfMesh(), statuses.OfNamespace("istio-system"));
    }

    [Fact]
    public void Two_policies_for_a_whole_namespace_are_an_error_and_those_of_some_workloads_are_none()
    {
        Assert.Equal(TlsStatus.ValidationError, Statuses(true, Policy("shop", "STRICT"), Policy("shop", "STRICT", "second")).OfNamespace("shop").Status);
        const string OfSome = "  selector: {matchLabels: {app: a}}\n";
        Assert.Equal(TlsStatus.Enabled, Statuses(true, Policy("shop", "STRICT"), Policy("shop", "DISABLE", "some") + OfSome).OfNamespace("shop").Status);
        Assert.Equal(TlsStatus.Unset, Statuses(true, Policy("shop", "STRICT") + OfSome, "").OfNamespace("shop").Status);
    }

    [Fact]
    public void Callers_who_are_told_mesh_wide_to_use_it_contradict_a_namespace_that_does_not() =>
        Assert.Equal(TlsStatus.ValidationError, Statuses(true, Policy("shop", "DISABLE"), Rule("*.local", "ISTIO_MUTUAL")).OfNamespace("shop").Status);

    private static string Policy(string ns, string mode, string name = "default") => mode == "-" ? ""
        : $"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: {name}, namespace: {ns}}}\nspec:\n  mtls: {{mode: {mode}}}\n";

    private static string Rule(string host, string mode) => mode == "-" ? ""
        : $"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: all, namespace: elsewhere}}\nspec:\n  host: \"{host}\"\n  trafficPolicy: {{tls: {{mode: {mode}}}}}\n";

    private static TlsStatuses Statuses(bool auto, params string[] manifests)
    {
        var objects = KubeYaml.ReadObjects(Encoding.UTF8.GetBytes(string.Join("\n---\n", manifests)));
        var mesh = MeshInventory.Empty with
        {
            Config = new MeshConfig { EnableAutoMtls = auto },
            Configuration = new ConfigInventory(objects.GroupBy(item => item.Kind == "PeerAuthentication" ? ConfigKinds.PeerAuthentication : ConfigKinds.DestinationRule)
                .Select(group => KeyValuePair.Create<GroupVersionKind, System.Collections.Immutable.ImmutableArray<UntypedObject>>(group.Key, [.. group]))),
        };
        return new TlsStatuses(new SnapshotSource<MeshInventory>(mesh));
    }
}
