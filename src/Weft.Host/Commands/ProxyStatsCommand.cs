using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Yaml;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy-config envoy-stats POD[.NAMESPACE]</c>: what a proxy counts, or its clusters with their counts, as <c>istioctl experimental envoy-stats</c> prints them.</summary>
internal static class ProxyStatsCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var pod = new Argument<string>("pod") { Description = "POD[.NAMESPACE]" };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of the pod; without it that of the context", HelpName = "NAME" };
        var type = new Option<string>("--type", "-t") { Description = "Where to grab the stats: server or clusters", DefaultValueFactory = _ => "server" };
        type.AcceptOnlyFromAmong("server", "cluster", "clusters");
        var output = new Option<string>("--output", "-o") { Description = "short, json, yaml, prom or prom-merged", DefaultValueFactory = _ => "short", HelpName = "FORMAT" };
        output.AcceptOnlyFromAmong("short", "json", "yaml", "prom", "prom-merged");
        var command = new Command("envoy-stats", "What the proxy counts") { pod, @namespace, type, output };
        command.Aliases.Add("es");
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                var format = parsed.GetRequiredValue(output);
                var (port, page) = PageOf(parsed.GetRequiredValue(type), format);
                using var kube = new KubeClient(cluster.Resolve(parsed));
                using var pages = new PodPages(kube);
                var name = await ClusterAccess.PodAsync(kube, parsed.GetRequiredValue(pod), parsed.GetValue(@namespace), cancellationToken);
                var answer = await pages.AskAsync(HttpMethod.Get, name, port, page, cancellationToken);
                System.Console.Write(format == "yaml" ? Yaml(answer) : answer.EndsWith('\n') ? answer : answer + "\n");
            },
            cancellationToken));
        return command;
    }

    /// <summary>Prometheus' form is of the server's counts alone; merged ones, those of the application too, are the agent's.</summary>
    private static (int Port, string Page) PageOf(string type, string format) => (type, format) switch
    {
        ("server", "prom") => (PodPages.ProxyAdmin, "/stats/prometheus"),
        ("server", "prom-merged") => (PodPages.MergedMetrics, "/stats/prometheus"),
        ("server", "json" or "yaml") => (PodPages.ProxyAdmin, "/stats?format=json"),
        ("server", _) => (PodPages.ProxyAdmin, "/stats"),
        (_, "json" or "yaml") => (PodPages.ProxyAdmin, "/clusters?format=json"),
        _ => (PodPages.ProxyAdmin, "/clusters"),
    };

    private static string Yaml(string answer)
    {
        try
        {
            return KubeYaml.Write(JsonNode.Parse(answer));
        }
        catch (JsonException error)
        {
            throw new StartException($"the proxy's answer cannot be read: {error.Message}", ExitCodes.DataError, error);
        }
    }
}
