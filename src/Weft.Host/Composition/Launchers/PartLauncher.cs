using System.Collections.Immutable;
using System.Net;
using Weft.Runtime.Containers;
using Weft.Runtime.Network;

namespace Weft.Host.Composition.Launchers;

/// <summary>
/// Runs images that stand for parts of Weft which started before the node (metrics, console, traces): their pods lead to them, so that
/// they are found in the cluster as Istio's add-ons are.
/// </summary>
/// <param name="parts">Per image: the pod's ports, and the port of 127.0.0.1 that each leads to.</param>
internal sealed class PartLauncher(ImmutableDictionary<string, ImmutableArray<(int PodPort, int Port)>> parts) : IContainerLauncher
{
    public IEnumerable<string> KnownImages => parts.Keys.Order(StringComparer.Ordinal);

    public bool CanLaunch(string image) => parts.ContainsKey(ImageName.Repository(image));

    public ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        var doors = new Doors();
        try
        {
            foreach (var (podPort, port) in parts[ImageName.Repository(context.Container.Image ?? "")])
            {
                doors.Open(new IPEndPoint(context.Network.ListenAddress, podPort), MeshPorts.Loopback(port));
                context.Log.Write(ContainerStream.Stdout, $"served at {context.Network.ListenAddress}:{podPort} and 127.0.0.1:{port}");
            }
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new ContainerStartException(failure.Message, failure);
        }

        return ValueTask.FromResult<IRunningContainer>(new RunningService(doors));
    }

    private sealed class Doors : IAsyncDisposable
    {
        private readonly List<ServicePortListener> _open = [];

        public void Open(IPEndPoint at, IPEndPoint to) => _open.Add(new ServicePortListener(at, [to]));

        public async ValueTask DisposeAsync()
        {
            foreach (var door in _open)
            {
                await door.DisposeAsync();
            }
        }
    }
}
