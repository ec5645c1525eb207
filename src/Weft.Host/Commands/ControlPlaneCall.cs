using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Service.Discovery.V3;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.PortForward;
using Weft.Xds.Grpc;

namespace Weft.Host.Commands;

/// <summary>
/// Asks control planes for their debug pages over discovery, as istioctl does: through the API server, over TLS, with a token of the root namespace, whose holders see all proxies.
/// </summary>
internal sealed class ControlPlaneCall(KubeClient kube, string rootNamespace)
{
    private const string Stream = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private const string Audience = "istio-ca";
    private const int SecurePort = 15012;

    /// <summary>The control plane's pods that run.</summary>
    /// <exception cref="StartException">There is none.</exception>
    public async Task<IReadOnlyList<NamespacedName>> PodsAsync(CancellationToken cancellationToken)
    {
        var pods = await kube.ListAsync(KubeResources.Pods, rootNamespace, new ListOptions { LabelSelector = "app=istiod" }, cancellationToken);
        var running = pods.Items.Where(pod => pod.Status.Phase == "Running").Select(NamespacedName.Of).ToList();
        return running.Count > 0 ? running : throw new StartException($"no control plane runs in namespace {rootNamespace} (pods with label app=istiod)", ExitCodes.Unavailable);
    }

    /// <exception cref="StartException">It does not answer.</exception>
    public async Task<DiscoveryResponse> AskAsync(NamespacedName pod, string type, CancellationToken cancellationToken)
    {
        var dialer = new ClusterDialer(kube);
        var inside = ClusterDialer.Pod(pod.Namespace, pod.Name, SecurePort);
        return await AskAsync(
            new GrpcClientOptions
            {
                Address = new UriBuilder(inside) { Scheme = "https" }.Uri,
                ServerName = $"istiod.{rootNamespace}.svc",
                RootCertificates = await RootsAsync(cancellationToken),
                BearerToken = async token => (await kube.CreateTokenAsync(rootNamespace, "default", new TokenRequestSpec { Audiences = [Audience] }, token)).Status.Token,
                Connect = async (target, token) => await dialer.DialAsync(target, token),
            },
            $"{pod.Name}.{pod.Namespace}",
            type,
            cancellationToken);
    }

    /// <summary>The same of a control plane in plaintext.</summary>
    /// <param name="address">HOST:PORT.</param>
    /// <exception cref="StartException">It does not answer, or that is no address.</exception>
    public static Task<DiscoveryResponse> AskPlaintextAsync(string address, string type, CancellationToken cancellationToken) =>
        Uri.TryCreate($"http://{address}", UriKind.Absolute, out var uri)
            ? AskAsync(new GrpcClientOptions { Address = uri }, address, type, cancellationToken)
            : throw new StartException($"'{address}' is no HOST:PORT", ExitCodes.Usage);

    private static async Task<DiscoveryResponse> AskAsync(GrpcClientOptions options, string name, string type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            using var client = new GrpcClient(options);
            await using var call = await client.OpenAsync<DiscoveryRequest, DiscoveryResponse>(Stream, DiscoveryResponse.Parser, limit.Token);
            var node = new Envoy.Config.Core.V3.Node { Id = "sidecar~127.0.0.1~weft-proxy-status.istio-system~istio-system.svc.cluster.local" };
            await call.WriteAsync(new DiscoveryRequest { Node = node, TypeUrl = type }, limit.Token);
            return await call.ReadAsync(limit.Token) ?? throw new StartException($"the control plane {name} ended the call without an answer", ExitCodes.Unavailable);
        }
        catch (GrpcCallException error)
        {
            throw new StartException($"the control plane {name} does not answer: {error.GetBaseException().Message}", ExitCodes.Unavailable, error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException($"the control plane {name} does not answer", ExitCodes.Unavailable);
        }
    }

    /// <summary>The mesh's roots, which its control plane gives to every namespace.</summary>
    private async Task<X509Certificate2Collection> RootsAsync(CancellationToken cancellationToken)
    {
        const string name = "istio-ca-root-cert";
        const string key = "root-cert.pem";
        var roots = new X509Certificate2Collection();
        try
        {
            var map = await kube.GetAsync(KubeResources.ConfigMaps, rootNamespace, name, cancellationToken);
            roots.ImportFromPem(map?.Data.GetValueOrDefault(key) ?? throw new StartException($"ConfigMap {rootNamespace}/{name} with {key} is not there: no control plane has run here", ExitCodes.Unavailable));
            return roots;
        }
        catch (CryptographicException error)
        {
            throw new StartException($"ConfigMap {rootNamespace}/{name}: {key} is no certificate", ExitCodes.DataError, error);
        }
    }
}
