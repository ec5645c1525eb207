using System.CommandLine;
using Weft.Host.Commands;

var root = new RootCommand("Weft: a service mesh and its console in one program. It speaks Istio's configuration APIs and needs no cluster.");
root.Subcommands.Add(UpCommand.Create());
root.Subcommands.Add(ConsoleCommand.Create());
root.Subcommands.Add(ProxyStatusCommand.Create());
root.Subcommands.Add(ProxyConfigCommand.Create());
root.Subcommands.Add(ProxyCommand.Create());
root.Subcommands.Add(ControlPlaneCommand.Create());
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
