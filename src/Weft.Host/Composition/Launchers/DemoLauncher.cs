using Weft.Demos.Hosting;
using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>Runs the demo applications' images inside this process.</summary>
internal sealed class DemoLauncher(DemoTrust trust, TimeProvider time) : IContainerLauncher
{
    public IEnumerable<string> KnownImages => DemoCatalog.Images;

    public bool CanLaunch(string image) => DemoCatalog.Create(image) is not null;

    public ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        var workload = DemoCatalog.Create(context.Container.Image ?? "") ?? throw new ContainerStartException($"image {context.Container.Image} is no demo image");
        var demo = new DemoContext
        {
            Environment = context.Environment,
            ListenAddress = context.Network.ListenAddress,
            DialAsync = async (host, port, token) => await context.Network.DialAsync(host, port, token),
            Log = line => context.Log.Write(ContainerStream.Stdout, line),
            Time = time,
            Command = context.Command,
            Arguments = context.Arguments,
            Trust = trust,
        };
        return ValueTask.FromResult<IRunningContainer>(new RunningWork(stop => workload.RunAsync(demo, stop)));
    }
}
