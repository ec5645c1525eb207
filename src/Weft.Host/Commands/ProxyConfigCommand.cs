using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ControlPlane.Debug.Views;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Yaml;

namespace Weft.Host.Commands;

/// <summary>
/// <c>weft proxy-config KIND POD[.NAMESPACE]</c>: what a proxy works with, read from its admin port through the API server, or from a file, in istioctl's tables.
/// </summary>
internal static class ProxyConfigCommand
{
    private const string ConfigDump = "/config_dump";
    private const string Clusters = "/clusters?format=json";

    public static Command Create()
    {
        var command = new Command("proxy-config", "Show what a proxy works with") { Aliases = { "pc" } };
        command.Subcommands.Add(Cluster());
        command.Subcommands.Add(Listener());
        command.Subcommands.Add(Route());
        command.Subcommands.Add(Endpoint());
        command.Subcommands.Add(Kind("bootstrap", "b", "What the proxy was started with", ConfigDump, [], (dump, _) => new ProxyAnswer(BootstrapView.Versions(dump), BootstrapView.Json(dump)), "json"));
        command.Subcommands.Add(Kind("ecds", "ec", "The filters that the proxy was sent by themselves", ConfigDump, [], (dump, _) => new ProxyAnswer(EcdsView.Table(dump), EcdsView.Json(dump))));
        command.Subcommands.Add(Kind("secret", "s", "The certificates that the proxy holds", ConfigDump, [], (dump, _) => new ProxyAnswer(SecretView.Table(dump, TimeProvider.System.GetUtcNow()), SecretView.Json(dump))));
        command.Subcommands.Add(All());
        command.Subcommands.Add(ProxyLogCommand.Create());
        command.Subcommands.Add(ProxyRootsCommand.Create());
        command.Subcommands.Add(ProxyStatsCommand.Create());
        return command;
    }

    private static Command Cluster()
    {
        var fqdn = new Option<string>("--fqdn") { Description = "Part of the service's name", DefaultValueFactory = _ => "" };
        var port = new Option<int>("--port") { Description = "Service port" };
        var subset = new Option<string>("--subset") { Description = "Part of the subset's name", DefaultValueFactory = _ => "" };
        var direction = new Option<string>("--direction") { Description = "inbound or outbound", DefaultValueFactory = _ => "" };
        return Kind("cluster", "c", "The services that the proxy reaches, and its own", ConfigDump, [fqdn, port, subset, direction], (dump, parsed) =>
        {
            var filter = new ClusterFilter(parsed.GetValue(fqdn)!, parsed.GetValue(port), parsed.GetValue(subset)!, parsed.GetValue(direction)!);
            return new ProxyAnswer(ClusterView.Table(dump, filter), ClusterView.Json(dump, filter));
        });
    }

    private static Command Listener()
    {
        var address = new Option<string>("--address") { Description = "Address listened on", DefaultValueFactory = _ => "" };
        var port = new Option<int>("--port") { Description = "Port listened on" };
        var type = new Option<string>("--type") { Description = "HTTP, TCP or HTTP+TCP", DefaultValueFactory = _ => "" };
        var verbose = Verbose();
        return Kind("listener", "l", "Where the proxy takes connections, and where they lead", ConfigDump, [address, port, type, verbose], (dump, parsed) =>
        {
            var filter = new ListenerFilter(parsed.GetValue(address)!, parsed.GetValue(port), parsed.GetValue(type)!);
            return new ProxyAnswer(parsed.GetValue(verbose) ? ListenerView.Table(dump, filter) : ListenerView.ShortTable(dump, filter), ListenerView.Json(dump, filter));
        });
    }

    private static Command Route()
    {
        var name = new Option<string>("--name") { Description = "Name of one route configuration", DefaultValueFactory = _ => "" };
        var verbose = Verbose();
        return Kind("route", "r", "How the proxy routes HTTP requests", ConfigDump, [name, verbose], (dump, parsed) => new ProxyAnswer(
            parsed.GetValue(verbose) ? RouteView.Table(dump, parsed.GetValue(name)!) : RouteView.ShortTable(dump, parsed.GetValue(name)!), RouteView.Json(dump, parsed.GetValue(name)!)));
    }

    private static Option<bool> Verbose() => new("--verbose") { Description = "Output more information", DefaultValueFactory = _ => true };

    private static Command Endpoint()
    {
        var address = new Option<string>("--address") { Description = "Address of the endpoint", DefaultValueFactory = _ => "" };
        var port = new Option<int>("--port") { Description = "Port of the endpoint" };
        var cluster = new Option<string>("--cluster") { Description = "Name of the cluster, such as outbound|80||reviews.default.svc.cluster.local", DefaultValueFactory = _ => "" };
        var status = new Option<string>("--status") { Description = "healthy or unhealthy", DefaultValueFactory = _ => "" };
        return Kind("endpoint", "ep", "The endpoints that the proxy knows, with their health", Clusters, [address, port, cluster, status], (clusters, parsed) =>
        {
            var filter = new EndpointFilter(parsed.GetValue(address)!, parsed.GetValue(port), parsed.GetValue(cluster)!, parsed.GetValue(status)!);
            return new ProxyAnswer(EndpointView.Table(clusters, filter), EndpointView.Json(clusters, filter));
        });
    }

    private static Command All() => Kind("all", "a", "All of these at once", ConfigDump + "?include_eds", [], (dump, _) => new ProxyAnswer(
        string.Join(
            '\n', BootstrapView.Versions(dump), ClusterView.Table(dump, new ClusterFilter()), ListenerView.Table(dump, new ListenerFilter()), RouteView.Table(dump, ""),
            SecretView.Table(dump, TimeProvider.System.GetUtcNow()), EndpointDumpView.Table(dump)),
        EnvoyDump.Indented(dump.Content)));

    private static Command Kind(
        string name, string alias, string description, string page, Option[] filters, Func<EnvoyDump, ParseResult, ProxyAnswer> view, string defaultFormat = "short")
    {
        var cluster = new ClusterAccess();
        var pod = new Argument<string?>("pod") { Description = "POD[.NAMESPACE]", Arity = ArgumentArity.ZeroOrOne };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of the pod; without it that of the context", HelpName = "NAME" };
        var output = new Option<string>("--output", "-o") { Description = "short, json or yaml", DefaultValueFactory = _ => defaultFormat, HelpName = "FORMAT" };
        output.AcceptOnlyFromAmong("short", "table", "json", "yaml");
        var file = new Option<string?>("--file", "-f") { Description = $"Read the proxy's answer to {page} from a file instead", HelpName = "FILE" };
        var command = new Command(name, description) { pod, @namespace, output, file };
        command.Aliases.Add(alias);
        command.Aliases.Add(name + "s");
        foreach (var filter in filters)
        {
            command.Options.Add(filter);
        }

        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                var answer = parsed.GetValue(file) is { } path
                    ? await File.ReadAllTextAsync(path, cancellationToken)
                    : await AskAsync(cluster.Resolve(parsed), parsed.GetValue(pod), parsed.GetValue(@namespace), page, cancellationToken);
                System.Console.Write(Written(view(Read(answer), parsed), parsed.GetValue(output)!));
            },
            cancellationToken));
        return command;
    }

    private static string Written(ProxyAnswer answer, string format) => format switch
    {
        "json" => answer.Json,
        "yaml" => KubeYaml.Write(JsonNode.Parse(answer.Json)),
        _ => answer.Table,
    };

    private static EnvoyDump Read(string answer)
    {
        try
        {
            return EnvoyDump.Parse(answer);
        }
        catch (JsonException error)
        {
            throw new StartException($"the proxy's configuration cannot be read: {error.Message}", ExitCodes.DataError, error);
        }
    }

    private static async Task<string> AskAsync(KubeClientOptions cluster, string? pod, string? @namespace, string page, CancellationToken cancellationToken)
    {
        if (pod is null)
        {
            throw new StartException("name a pod (POD[.NAMESPACE]), or a file with --file", ExitCodes.Usage);
        }

        using var kube = new KubeClient(cluster);
        using var pages = new PodPages(kube);
        return await pages.AskAsync(HttpMethod.Get, await ClusterAccess.PodAsync(kube, pod, @namespace, cancellationToken), PodPages.ProxyAdmin, page, cancellationToken);
    }

    /// <summary>One answer in its two forms.</summary>
    private sealed record ProxyAnswer(string Table, string Json);
}
