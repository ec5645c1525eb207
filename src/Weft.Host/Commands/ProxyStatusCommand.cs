using System.CommandLine;
using System.Text.Json;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Debug.Views;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy-status</c>: how far each proxy follows the control plane, asked over discovery as istioctl does; or what one has beside what it should have.</summary>
internal static class ProxyStatusCommand
{
    private const string DebugType = "istio.io/debug/syncz";

    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var pod = new Argument<string?>("pod") { Description = "POD[.NAMESPACE]: compares what it has with what the control plane has for it; without it all proxies", Arity = ArgumentArity.ZeroOrOne };
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
                if (parsed.GetValue(address) is { } plaintext)
                {
                    Show(parsed, await ControlPlaneCall.AskPlaintextAsync(plaintext, DebugType, cancellationToken));
                    return;
                }

                using var kube = new KubeClient(cluster.Resolve(parsed));
                var call = new ControlPlaneCall(kube, parsed.GetRequiredValue(istioNamespace));
                if (parsed.GetValue(pod) is { } name)
                {
                    System.Console.Write(await CompareAsync(kube, call, await ClusterAccess.PodAsync(kube, name, parsed.GetValue(@namespace), cancellationToken), cancellationToken));
                    return;
                }

                foreach (var response in await AskAsync(call, cancellationToken))
                {
                    Show(parsed, response);
                }
            },
            cancellationToken));
        return command;

        void Show(ParseResult parsed, DiscoveryResponse response)
        {
            var narrowed = Narrowed(response, parsed.GetValue(@namespace));
            System.Console.Write(
                parsed.GetValue(output) == "json" ? StatusView.Json(narrowed)
                : parsed.GetValue(verbosity) > 0 ? StatusView.WideTable(narrowed, TimeProvider.System.GetUtcNow())
                : StatusView.Table(narrowed));
        }
    }

    private static DiscoveryResponse Narrowed(DiscoveryResponse response, string? @namespace)
    {
        if (@namespace is null)
        {
            return response;
        }

        var narrowed = response.Clone();
        narrowed.Resources.Clear();
        narrowed.Resources.Add(response.Resources.Where(any => StatusView.NameOf(any)?.EndsWith($".{@namespace}", StringComparison.Ordinal) == true));
        return narrowed;
    }

    private static async Task<IReadOnlyList<DiscoveryResponse>> AskAsync(ControlPlaneCall call, CancellationToken cancellationToken) =>
        await Task.WhenAll((await call.PodsAsync(cancellationToken)).Select(pod => call.AskAsync(pod, DebugType, cancellationToken)));

    /// <summary>What the control plane has for a proxy beside what the proxy works with.</summary>
    private static async Task<string> CompareAsync(KubeClient kube, ControlPlaneCall call, NamespacedName pod, CancellationToken cancellationToken)
    {
        using var pages = new PodPages(kube);
        var proxy = await pages.AskAsync(HttpMethod.Get, pod, PodPages.ProxyAdmin, "/config_dump", cancellationToken);
        StartException? last = null;
        foreach (var istiod in await call.PodsAsync(cancellationToken))
        {
            try
            {
                // One of several control planes has the proxy.
                var wanted = await pages.AskAsync(HttpMethod.Get, istiod, PodPages.ControlPlaneMonitoring, $"/debug/config_dump?proxyID={pod.Name}.{pod.Namespace}", cancellationToken);
                return ComparisonView.Text(EnvoyDump.Parse(wanted), EnvoyDump.Parse(proxy));
            }
            catch (StartException missing)
            {
                last = missing;
            }
            catch (JsonException unreadable)
            {
                last = new StartException($"a configuration cannot be read: {unreadable.Message}", ExitCodes.DataError, unreadable);
            }
        }

        throw last!; // At least one was asked.
    }
}
