using Weft.ApiServer;
using Weft.Runtime.Commands;

namespace Weft.Host.Composition;

/// <summary>Commands in the embedded node's containers, as the API server asks for them.</summary>
internal sealed class NodeCommands : IPodStreams
{
    private PodCommands? _commands;

    /// <summary>Gives the source its node, which starts after the API server.</summary>
    public void Connect(PodCommands commands) => Volatile.Write(ref _commands, commands);

    public async Task<int> RunAsync(PodProcessRequest request, PodProcessStreams streams, CancellationToken cancellationToken)
    {
        var commands = Volatile.Read(ref _commands) ?? throw new PodStreamException("the node has not started yet: try again in a moment");
        try
        {
            return await commands.RunAsync(
                new PodCommandRequest { Namespace = request.Namespace, Pod = request.Pod, Container = request.Container, Command = request.Command },
                new CommandStreams(streams.Input, streams.Output, streams.Error),
                cancellationToken);
        }
        catch (CommandRefusedException refused)
        {
            throw new PodStreamException(refused.Message);
        }
    }
}
