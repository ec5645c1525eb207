using System.CommandLine;
using System.Diagnostics;
using Weft.Console.Settings;
using Weft.Demos.Hosting;
using Weft.Host.Composition;

namespace Weft.Host.Commands;

/// <summary><c>weft up [SCENARIO]</c>: a mesh on this machine, until Ctrl-C.</summary>
internal static class UpCommand
{
    private static string KnownScenarios => string.Join(", ", DemoScenario.All.Select(each => each.Name).Append("all"));

    public static Command Create()
    {
        var scenario = new Argument<string?>("scenario")
        {
            Description = $"Demo to run in the mesh: {KnownScenarios}. Without one the mesh starts empty.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var state = new Option<string>("--state") { Description = "Folder that keeps the mesh", DefaultValueFactory = _ => DefaultState(), HelpName = "DIR" };
        var offset = new Option<int>("--port-offset") { Description = "Added to every port, so that meshes run side by side", HelpName = "N" };
        var withoutMesh = new Option<bool>("--no-demo-mesh") { Description = "Run the demo without sidecars, as its tutorial begins" };
        var config = new Option<string?>("--console-config") { Description = "A configuration file of Kiali's (YAML) for the console: links to Grafana and Perses, defaults of pages, tolerances of health", HelpName = "FILE" };
        offset.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 40_000)
            {
                result.AddError("--port-offset must be between 0 and 40000");
            }
        });

        var command = new Command("up", "Start a mesh on this machine and its console") { scenario, state, offset, withoutMesh, config };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new UpOptions(parsed.GetValue(scenario), parsed.GetRequiredValue(state), new MeshPorts(parsed.GetValue(offset)), InMesh: !parsed.GetValue(withoutMesh)) { ConsoleConfig = parsed.GetValue(config) },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(UpOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var scenarios = FindScenarios(options.Scenario);
            options = options with { Console = ConsoleConfigFile.Read("--console-config", options.ConsoleConfig) };
            await using var mesh = await EmbeddedMesh.StartAsync(options, scenarios, step => Report(clock, step), cancellationToken);
            System.Console.WriteLine($"kubeconfig: {mesh.Kubeconfig}");
            System.Console.WriteLine($"ready: {mesh.ConsoleAddress}");
            await WaitForEndAsync(cancellationToken);
            Report(clock, "stopping");
            return 0;
        }
        catch (StartException error)
        {
            await System.Console.Error.WriteLineAsync("weft: " + error.Message);
            return error.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static IReadOnlyList<DemoScenario> FindScenarios(string? name) => name is null
        ? []
        : DemoScenario.Named(name) is { Count: > 0 } scenarios
            ? scenarios
            : throw new StartException($"unknown scenario '{name}': known are {KnownScenarios}", ExitCodes.Usage);

    private static async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(ended.SetResult);
        await ended.Task;
    }

    private static void Report(Stopwatch clock, string step) => System.Console.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {step}");

    private static string DefaultState() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".weft");
}

/// <summary>What the user asked of <c>weft up</c>.</summary>
internal sealed record UpOptions(string? Scenario, string State, MeshPorts Ports, bool InMesh)
{
    /// <summary>The file that configures the console; null: none.</summary>
    public string? ConsoleConfig { get; init; }

    /// <summary>What that file says.</summary>
    public ConsoleSettings Console { get; init; } = ConsoleSettings.Default;
}
