using System.Collections.Immutable;
using System.ComponentModel;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Images;

/// <summary>Runs images that stand for commands of this machine, each as a process group of its own.</summary>
public sealed class ProcessLauncher(ImageMap images, TimeProvider time) : IContainerLauncher
{
    public IEnumerable<string> KnownImages => images.Commands.Keys.Append(ImageMap.LocalRegistry + "<command>");

    public bool CanLaunch(string image) => !images.CommandOf(image).IsEmpty;

    public ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        var entryPoint = images.CommandOf(context.Container.Image ?? "");
        ImmutableArray<string> command = [.. context.Command.IsEmpty ? entryPoint : context.Command, .. context.Arguments];
        var environment = ProcessEnvironment.For(context);
        try
        {
            return new(ProcessContainer.Start(command, environment, WorkingFolder(context), context.Log, time));
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            throw new ContainerStartException($"failed to start \"{command[0]}\": {failure.Message}", failure);
        }
    }

    private static string WorkingFolder(ContainerContext context)
    {
        var folder = context.Container.WorkingDir;
        if (string.IsNullOrEmpty(folder))
            return Path.GetTempPath();
        return Directory.Exists(folder) ? folder : throw new ContainerStartException($"the working directory {folder} does not exist on this machine");
    }
}
