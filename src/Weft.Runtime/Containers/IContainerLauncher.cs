namespace Weft.Runtime.Containers;

/// <summary>
/// Turns an image name into something that runs. Host registers one per family of images; the first one that can launch an
/// image gets it. An image that no launcher knows leaves its pod in ImagePullBackOff.
/// </summary>
public interface IContainerLauncher
{
    /// <summary>Whether this launcher runs the image. Pure and cheap: asked again on every start.</summary>
    bool CanLaunch(string image);

    /// <summary>What this launcher knows, for the event that explains an unknown image; a name or a pattern per entry.</summary>
    IEnumerable<string> KnownImages { get; }

    /// <summary>
    /// Starts one run of the container. Returns when the run has begun, not when it is ready. A run that cannot begin throws
    /// <see cref="ContainerStartException"/>. The token ends the start only; a running container is ended by
    /// <see cref="IRunningContainer.StopAsync"/>.
    /// </summary>
    ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken);
}

/// <summary>
/// One run of one container. The runtime disposes it after <see cref="Completion"/> has ended or after it was stopped.
/// </summary>
public interface IRunningContainer : IAsyncDisposable
{
    /// <summary>
    /// Ends with the exit code when the container ends for whatever reason. A faulted task counts as exit code 1 and its
    /// message goes to the container's log.
    /// </summary>
    Task<int> Completion { get; }

    /// <summary>
    /// Asks the container to end and returns when it has ended, at the latest shortly after <paramref name="grace"/>, when it is
    /// ended by force. May be called more than once and after the end.
    /// </summary>
    Task StopAsync(TimeSpan grace);
}

/// <summary>A container could not be started; the message goes into the container's status and an event.</summary>
public sealed class ContainerStartException : Exception
{
    public ContainerStartException(string message)
        : base(message)
    {
    }

    public ContainerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
