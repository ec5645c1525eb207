using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;
using Weft.Proxy;
using Weft.Proxy.Bootstrap;
using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>
/// Runs Istio's proxy image: <c>istio-proxy</c> is a Weft.Proxy told by the environment that injection or a gateway's Deployment wrote
/// (<c>proxy sidecar</c>, <c>proxy router</c>); <c>istio-init</c> has nothing to redirect, since the sidecar listens where traffic arrives.
/// </summary>
internal sealed class SidecarLauncher(
    Uri discovery,
    Task<X509Certificate2Collection> roots,
    ExternalWorld outside,
    TimeProvider time) : IContainerLauncher
{
    private const string TokenAudience = "istio-ca";
    private const string Metadata = "ISTIO_META_";

    public IEnumerable<string> KnownImages => ["istio/proxyv2"];

    public bool CanLaunch(string image) => ImageName.Repository(image) is "istio/proxyv2" or "docker.io/istio/proxyv2" or "auto";

    public async ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        if (context.Arguments is ["istio-iptables", ..])
        {
            context.Log.Write(ContainerStream.Stdout, "nothing to redirect: the sidecar listens on the pod's address");
            return new RunningWork(_ => Task.FromResult(0));
        }

        // As a kubelet waits for the volume of the root's ConfigMap, which the control plane makes.
        var bootstrap = Bootstrap(context, await roots.WaitAsync(cancellationToken));
        return new RunningService(await SidecarProxy.StartAsync(bootstrap, cancellationToken));
    }

    private ProxyBootstrap Bootstrap(ContainerContext context, X509Certificate2Collection trusted)
    {
        var name = context.Pod.Metadata.Name!;
        var @namespace = context.Pod.Metadata.Namespace!;
        var labels = context.Pod.Metadata.Labels;
        return new ProxyBootstrap
        {
            NodeId = $"{Role(context)}~{context.Network.PodAddress}~{name}.{@namespace}~{@namespace}.svc.cluster.local",
            NodeCluster = $"{labels.GetValueOrDefault("app") ?? labels.GetValueOrDefault("service.istio.io/canonical-name") ?? name}.{@namespace}",
            Metadata = NodeMetadata(context),
            InstanceAddress = context.Network.PodAddress,
            ApplicationAddress = context.Network.ListenAddress,
            DiscoveryAddress = discovery,
            CertificateAuthorityAddress = discovery,
            DiscoveryRoots = trusted,
            BearerToken = token => context.Tokens(TokenAudience, token),
            ApplicationProbes = context.Environment.GetValueOrDefault("ISTIO_KUBE_APP_PROBERS", ""),
            LogSink = line => context.Log.Write(ContainerStream.Stdout, line),
            ExternalHosts = outside.Addresses,
            ExternalRoots = [outside.Root],
            TimeProvider = time,
            LoggerFactory = new ContainerLoggers(context.Log),
        };
    }

    /// <summary>The proxy's type as pilot-agent is told it: its second argument.</summary>
    private static string Role(ContainerContext context) => context.Arguments is ["proxy", "router", ..] ? "router" : "sidecar";

    /// <summary>Istio's node metadata, from the environment that injection wrote (ISTIO_META_X becomes X) and the pod itself.</summary>
    private static JsonObject NodeMetadata(ContainerContext context)
    {
        var metadata = new JsonObject();
        foreach (var (name, value) in context.Environment)
        {
            if (name.StartsWith(Metadata, StringComparison.Ordinal))
            {
                metadata[name[Metadata.Length..]] = value;
            }
        }

        metadata["NAME"] = context.Pod.Metadata.Name;
        metadata["NAMESPACE"] = context.Pod.Metadata.Namespace;
        metadata["SERVICE_ACCOUNT"] = context.Pod.Spec?.ServiceAccountName ?? "default";
        metadata["INSTANCE_IPS"] = context.Network.PodAddress.ToString();
        metadata["LABELS"] = ToJson(context.Pod.Metadata.Labels);
        metadata["ANNOTATIONS"] = ToJson(context.Pod.Metadata.Annotations);
        metadata["ISTIO_VERSION"] = ImageName.Tag(context.Container.Image ?? "")?.Split('-')[0] ?? "1.30.1"; // without the kind of image
        metadata["PROXY_CONFIG"] = ProxyConfig(context);
        return metadata;
    }

    /// <summary>Istio's ProxyConfig for this proxy, as YAML or JSON in the environment (the pod's annotation <c>proxy.istio.io/config</c>).</summary>
    private static JsonObject ProxyConfig(ContainerContext context)
    {
        var text = context.Environment.GetValueOrDefault("PROXY_CONFIG", "{}");
        try
        {
            return KubeYaml.Read(text) switch
            {
                [] or [{ Content: null }] => [],
                [{ Content: JsonObject config }] => config,
                _ => throw new ContainerStartException("PROXY_CONFIG (annotation proxy.istio.io/config) is not a YAML mapping"),
            };
        }
        catch (YamlFormatException malformed)
        {
            throw new ContainerStartException($"PROXY_CONFIG (annotation proxy.istio.io/config) is not YAML: {malformed.Message}", malformed);
        }
    }

    private static JsonObject ToJson(IReadOnlyDictionary<string, string> map) =>
        new(map.Select(each => KeyValuePair.Create<string, JsonNode?>(each.Key, each.Value)));
}
