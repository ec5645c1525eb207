using System.CommandLine;
using System.Globalization;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Debug.Views;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Xds.Grpc;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy-status</c>: how far each proxy follows the control plane, asked over discovery as istioctl does.</summary>
internal static class ProxyStatusCommand
{
    private const string DebugType = "istio.io/debug/syncz";
    private const string Stream = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private const int XdsPort = 15010;

    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var pod = new Argument<string?>("pod") { Description = "POD[.NAMESPACE]; without it all proxies", Arity = ArgumentArity.ZeroOrOne };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Only the proxies of this namespace", HelpName = "NAME" };
        var output = new Option<string>("--output", "-o") { Description = "short or json", DefaultValueFactory = _ => "short", HelpName = "FORMAT" };
        output.AcceptOnlyFromAmong("short", "table", "json");
        var verbosity = new Option<int>("--verbosity", "-v") { Description = "1: the state of each type in a column of its own", HelpName = "LEVEL" };
        var istioNamespace = new Option<string>("--istioNamespace", "-i") { Description = "Namespace of the control plane", DefaultValueFactory = _ => "istio-system", HelpName = "NAME" };
        var address = new Option<string?>("--xds-address") { Description = "The control plane's plaintext discovery port, instead of finding its pods", HelpName = "HOST:PORT" };
        var command = new Command("proxy-status", "Show how far each proxy follows the control plane") { pod, @namespace, output, verbosity, istioNamespace, address };
        command.Aliases.Add("ps");
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                var addresses = parsed.GetValue(address) is { } stated ? [stated] : await AddressesAsync(cluster.Resolve(parsed), parsed.GetRequiredValue(istioNamespace), cancellationToken);
                foreach (var each in addresses)
                {
                    var response = Narrowed(await AskAsync(each, cancellationToken), parsed.GetValue(pod), parsed.GetValue(@namespace));
                    System.Console.Write(
                        parsed.GetValue(output) == "json" ? StatusView.Json(response)
                        : parsed.GetValue(verbosity) > 0 ? StatusView.WideTable(response, TimeProvider.System.GetUtcNow())
                        : StatusView.Table(response));
                }
            },
            cancellationToken));
        return command;
    }

    /// <summary>Only the proxies of a pod or namespace.</summary>
    private static DiscoveryResponse Narrowed(DiscoveryResponse response, string? pod, string? @namespace)
    {
        if (pod is null && @namespace is null)
        {
            return response;
        }

        var narrowed = response.Clone();
        narrowed.Resources.Clear();
        narrowed.Resources.Add(response.Resources.Where(any => StatusView.NameOf(any) is { } name
            && (@namespace is null || name.EndsWith($".{@namespace}", StringComparison.Ordinal))
            && (pod is null || name == pod || name == $"{pod}.{@namespace}" || (@namespace is null && name.StartsWith($"{pod}.", StringComparison.Ordinal)))));
        return narrowed;
    }

    private static async Task<List<string>> AddressesAsync(KubeClientOptions cluster, string @namespace, CancellationToken cancellationToken)
    {
        using var kube = new KubeClient(cluster);
        var pods = await kube.ListAsync(KubeResources.Pods, @namespace, new ListOptions { LabelSelector = "app=istiod" }, cancellationToken);
        var addresses = pods.Items
            .Where(pod => pod.Status is { Phase: "Running", PodIP.Length: > 0 })
            .Select(pod => string.Create(CultureInfo.InvariantCulture, $"{pod.Status.PodIP}:{XdsPort}"))
            .ToList();
        return addresses.Count > 0 ? addresses : throw new StartException($"no control plane runs in namespace {@namespace} (pods with label app=istiod)", ExitCodes.Unavailable);
    }

    private static async Task<DiscoveryResponse> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            using var client = new GrpcClient(new GrpcClientOptions { Address = new Uri($"http://{address}") });
            await using var call = await client.OpenAsync<DiscoveryRequest, DiscoveryResponse>(Stream, DiscoveryResponse.Parser, limit.Token);
            var node = new Envoy.Config.Core.V3.Node { Id = "sidecar~127.0.0.1~weft-proxy-status.istio-system~istio-system.svc.cluster.local" };
            await call.WriteAsync(new DiscoveryRequest { Node = node, TypeUrl = DebugType }, limit.Token);
            return await call.ReadAsync(limit.Token) ?? throw new StartException($"the control plane at {address} ended the call without an answer", ExitCodes.Unavailable);
        }
        catch (GrpcCallException error)
        {
            throw new StartException($"the control plane at {address} does not answer: {error.Message}", ExitCodes.Unavailable, error);
        }
        catch (UriFormatException error)
        {
            throw new StartException($"'{address}' is no HOST:PORT", ExitCodes.Usage, error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException($"the control plane at {address} does not answer", ExitCodes.Unavailable);
        }
    }
}
