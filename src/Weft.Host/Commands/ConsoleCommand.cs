using System.CommandLine;
using System.Net;
using Weft.Api.Access;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;

namespace Weft.Host.Commands;

/// <summary><c>weft console</c>: the console alone, of the mesh in a Kubernetes cluster, until Ctrl-C. It writes no object.</summary>
internal static class ConsoleCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var prometheus = new Option<string?>("--prometheus") { Description = "Prometheus: a URL, or a Service as NAME.NAMESPACE:PORT[/PATH]; without it prometheus.<Istio's namespace>:9090", HelpName = "ADDRESS" };
        var jaeger = new Option<string?>("--jaeger") { Description = "Jaeger's query API: a URL or a Service, as above", HelpName = "ADDRESS" };
        var tempo = new Option<string?>("--tempo") { Description = "Tempo, instead of Jaeger: a URL or a Service", HelpName = "ADDRESS" };
        var pages = new Option<Uri?>("--tracing-url") { Description = "Where a browser finds the tracing backend's own pages", HelpName = "URL" };
        var istio = new Option<string>("--istio-namespace", "-i") { Description = "Namespace of the control plane", DefaultValueFactory = _ => "istio-system", HelpName = "NAME" };
        var name = new Option<string?>("--cluster-name") { Description = "The cluster's name in Istio's metrics; without it what istiod is told (CLUSTER_ID)", HelpName = "NAME" };
        var port = new Option<int>("--port") { Description = "Port of the console", DefaultValueFactory = _ => 20001, HelpName = "PORT" };
        var listen = new Option<string>("--listen") { Description = "Address of the console", DefaultValueFactory = _ => "127.0.0.1", HelpName = "IP" };
        var metrics = new Option<int?>("--metrics-port") { Description = "Port of the console's own metrics, at /metrics; without it they are not served", HelpName = "PORT" };
        var auth = new Option<string?>("--auth") { Description = "anonymous, token (of Kubernetes, by a form) or header (a token that a proxy in front sends); without it anonymous on a loopback address, else token", HelpName = "STRATEGY" };
        auth.AcceptOnlyFromAmong([.. AccessStrategies.Names]);
        var command = new Command("console", "Show the mesh of a Kubernetes cluster") { prometheus, jaeger, tempo, pages, istio, name, port, listen, metrics, auth };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            () =>
            {
                var address = AddressOf(parsed.GetRequiredValue(listen));
                var here = parsed.GetValue(cluster.KubeconfigFile) is null ? InCluster.Options() : null;
                var options = new ClusterConsoleOptions
                {
                    Cluster = here ?? cluster.Resolve(parsed),
                    IsInCluster = here is not null,
                    Prometheus = BackendAddress.Parse("--prometheus", parsed.GetValue(prometheus) ?? $"prometheus.{parsed.GetValue(istio)}:9090"),
                    Tracing = Tracing(("--jaeger", parsed.GetValue(jaeger)), ("--tempo", parsed.GetValue(tempo))),
                    TracingProvider = parsed.GetValue(tempo) is null ? "jaeger" : "tempo",
                    TracingPages = parsed.GetValue(pages),
                    IstioNamespace = parsed.GetRequiredValue(istio),
                    ClusterName = parsed.GetValue(name),
                    Listen = new IPEndPoint(address, parsed.GetValue(port)),
                    Metrics = parsed.GetValue(metrics) is { } metricsPort ? new IPEndPoint(address, metricsPort) : null,
                    Access = AccessStrategies.Parse(parsed.GetValue(auth) ?? (IPAddress.IsLoopback(address) ? "anonymous" : "token")),
                };
                return RunAsync(options, cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(ClusterConsoleOptions options, CancellationToken cancellationToken)
    {
        using var loggers = HostLoggers.Create();
        await using var console = await ClusterConsole.StartAsync(options, loggers, cancellationToken);
        System.Console.WriteLine($"cluster: {options.Cluster.Server}");
        System.Console.WriteLine($"ready: http://{options.Listen}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private static IPAddress AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new StartException($"--listen: '{text}' is no address", ExitCodes.Usage);

    private static BackendAddress? Tracing(params (string Option, string? Value)[] backends) => backends.Count(backend => backend.Value is not null) > 1
        ? throw new StartException("--jaeger and --tempo: name one of them", ExitCodes.Usage)
        : backends.Where(backend => backend.Value is not null).Select(backend => BackendAddress.Parse(backend.Option, backend.Value!)).FirstOrDefault();
}
