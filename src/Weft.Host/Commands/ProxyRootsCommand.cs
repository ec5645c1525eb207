using System.CommandLine;
using System.Text.Json;
using Weft.ControlPlane.Debug.Views;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy-config rootca-compare POD POD</c>: whether two proxies can verify each other.</summary>
internal static class ProxyRootsCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var pods = new Argument<string[]>("pods") { Description = "POD[.NAMESPACE] POD[.NAMESPACE]", Arity = new ArgumentArity(2, 2) };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of the pods; without it that of the context", HelpName = "NAME" };
        var command = new Command("rootca-compare", "Tell whether two proxies trust a root in common") { pods, @namespace };
        command.Aliases.Add("rc");
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                using var kube = new KubeClient(cluster.Resolve(parsed));
                using var pages = new PodPages(kube);
                var (one, ofOne) = await RootsAsync(parsed.GetRequiredValue(pods)[0]);
                var (other, ofOther) = await RootsAsync(parsed.GetRequiredValue(pods)[1]);
                var isSame = ofOne.Overlaps(ofOther);
                var told = RootCaView.Text(one, other, isSame);
                if (!isSame)
                {
                    throw new StartException(told, ExitCodes.Different);
                }

                System.Console.WriteLine(told);

                async Task<(string Pod, IReadOnlySet<string> Roots)> RootsAsync(string name)
                {
                    var pod = await ClusterAccess.PodAsync(kube, name, parsed.GetValue(@namespace), cancellationToken);
                    return ($"{pod.Name}.{pod.Namespace}", await ReadAsync(pages, pod, cancellationToken));
                }
            },
            cancellationToken));
        return command;
    }

    private static async Task<IReadOnlySet<string>> ReadAsync(PodPages pages, NamespacedName pod, CancellationToken cancellationToken)
    {
        try
        {
            return RootCaView.RootsOf(EnvoyDump.Parse(await pages.AskAsync(HttpMethod.Get, pod, PodPages.ProxyAdmin, "/config_dump", cancellationToken)))
                ?? throw new StartException($"error when retrieving ROOTCA of [{pod.Name}.{pod.Namespace}]: cannot find ROOTCA from secret", ExitCodes.DataError);
        }
        catch (JsonException error)
        {
            throw new StartException($"the configuration of {pod.Name}.{pod.Namespace} cannot be read: {error.Message}", ExitCodes.DataError, error);
        }
    }
}
