namespace Weft.Demos.Hosting;

/// <summary>One container of a demo application.</summary>
public interface IDemoWorkload
{
    /// <summary>Runs until cancelled (0) or until it gives up; the result is the container's exit code.</summary>
    Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken);
}
