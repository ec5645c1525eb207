using System.CommandLine;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;

namespace Weft.Host.Commands;

/// <summary><c>weft proxy-config log POD[.NAMESPACE]</c>: the levels of a proxy's loggers, shown or set.</summary>
internal static class ProxyLogCommand
{
    /// <summary>What istioctl resets to.</summary>
    private const string DefaultLevel = "warning";

    private static readonly string[] s_levels = ["trace", "debug", "info", "warning", "warn", "error", "critical", "off"];

    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var pod = new Argument<string>("pod") { Description = "POD[.NAMESPACE]" };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of the pod; without it that of the context", HelpName = "NAME" };
        var level = new Option<string?>("--level") { Description = $"LEVEL for all loggers, or LOGGER:LEVEL,LOGGER:LEVEL; of {string.Join(", ", s_levels)}", HelpName = "LEVEL" };
        var reset = new Option<bool>("--reset", "-r") { Description = $"Sets all loggers to {DefaultLevel}" };
        var command = new Command("log", "The levels of the proxy's loggers") { pod, @namespace, level, reset };
        command.Aliases.Add("o");
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                var queries = parsed.GetValue(reset) ? [$"level={DefaultLevel}"] : Queries(parsed.GetValue(level));
                using var kube = new KubeClient(cluster.Resolve(parsed));
                using var pages = new PodPages(kube);
                var name = await ClusterAccess.PodAsync(kube, parsed.GetRequiredValue(pod), parsed.GetValue(@namespace), cancellationToken);
                var answer = "";
                foreach (var query in queries)
                {
                    answer = await pages.AskAsync(HttpMethod.Post, name, PodPages.ProxyAdmin, "/logging" + (query.Length == 0 ? "" : "?" + query), cancellationToken);
                }

                System.Console.Write($"{name.Name}.{name.Namespace}:\n{answer}\n");
            },
            cancellationToken));
        return command;
    }

    /// <summary>Envoy takes one change a request.</summary>
    private static IEnumerable<string> Queries(string? levels) => levels is null
        ? [""]
        : [.. levels.Split(',').Select(each => each.Split(':')).Select(each => each switch
        {
            [var level] => $"level={Checked(level)}",
            [var logger, var level] when logger.Length > 0 => $"{Uri.EscapeDataString(logger)}={Checked(level)}",
            _ => throw new StartException($"--level: '{string.Join(':', each)}' is neither LEVEL nor LOGGER:LEVEL", ExitCodes.Usage),
        })];

    private static string Checked(string level) => s_levels.Contains(level)
        ? level
        : throw new StartException($"unrecognized logging level: {level} (known are {string.Join(", ", s_levels)})", ExitCodes.Usage);
}
