using System.CommandLine;
using Weft.Host.Commands;
using Weft.Host.Composition;

var root = new RootCommand("Weft: a service mesh and its console in one program. It speaks Istio's configuration APIs and needs no cluster.");
root.Subcommands.Add(UpCommand.Create());
root.Subcommands.Add(ConsoleCommand.Create());
root.Subcommands.Add(ProxyStatusCommand.Create());
root.Subcommands.Add(ProxyConfigCommand.Create());
root.Subcommands.Add(KubeInjectCommand.Create());
root.Subcommands.Add(ProxyCommand.Create());
root.Subcommands.Add(ControlPlaneCommand.Create());
var parsed = root.Parse(args);
if (parsed.Errors is [.., var wrong])
{
    await Console.Error.WriteLineAsync($"weft: {wrong.Message.ReplaceLineEndings(" ")} (--help lists what there is)");
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
