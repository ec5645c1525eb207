using System.CommandLine;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Host.Commands;

/// <summary>The options by which a command finds its cluster, and what commands ask of it.</summary>
internal sealed class ClusterAccess
{
    private static readonly string s_home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    public Option<string?> KubeconfigFile { get; } = new("--kubeconfig") { Description = "The cluster; without it $KUBECONFIG, then that of weft up, then ~/.kube/config", HelpName = "FILE" };

    public Option<string?> Context { get; } = new("--context") { Description = "Context of the kubeconfig; without it the current one", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(KubeconfigFile);
        command.Options.Add(Context);
    }

    /// <exception cref="StartException">There is no kubeconfig, or it cannot be used.</exception>
    public KubeClientOptions Resolve(ParseResult parsed)
    {
        var path = parsed.GetValue(KubeconfigFile) ?? Found() ?? throw new StartException("no kubeconfig: name one with --kubeconfig, or start a mesh with weft up", ExitCodes.Usage);
        try
        {
            return Weft.Kubernetes.Client.Kubeconfig.Load(path).ToOptions(parsed.GetValue(Context));
        }
        catch (KubeconfigException error)
        {
            throw new StartException(error.Message, ExitCodes.Usage, error);
        }
    }

    /// <summary>Runs what a command does and turns what can go wrong into one line and an exit code.</summary>
    public static async Task<int> RunAsync(Func<Task> command, CancellationToken cancellationToken)
    {
        try
        {
            await command();
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (StartException error)
        {
            await System.Console.Error.WriteLineAsync("weft: " + error.Message);
            return error.ExitCode;
        }
        catch (Exception error) when (error is KubernetesApiException or KubeconfigException or HttpRequestException or IOException or OperationCanceledException)
        {
            await System.Console.Error.WriteLineAsync("weft: " + error.Message);
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>A pod that runs. The name may carry its namespace, as NAME.NAMESPACE or with pod/ before it.</summary>
    /// <exception cref="StartException">There is no such pod, or it does not run.</exception>
    public static async Task<NamespacedName> PodAsync(KubeClient kube, string name, string? @namespace, CancellationToken cancellationToken)
    {
        var bare = name.StartsWith("pod/", StringComparison.Ordinal) ? name["pod/".Length..] : name;
        var pod = await FindAsync(kube, bare, @namespace ?? kube.Options.Namespace, cancellationToken);
        var dot = bare.LastIndexOf('.');
        if (pod is null && @namespace is null && dot > 0)
        {
            pod = await FindAsync(kube, bare[..dot], bare[(dot + 1)..], cancellationToken);
        }

        return pod is null ? throw new StartException($"unable to retrieve Pod: pods \"{bare}\" not found", ExitCodes.Unavailable)
            : pod.Status is { Phase: "Running", PodIP.Length: > 0 } ? NamespacedName.Of(pod)
            : throw new StartException($"pod {bare} does not run (phase {pod.Status.Phase})", ExitCodes.Unavailable);
    }

    private static Task<Pod?> FindAsync(KubeClient kube, string name, string @namespace, CancellationToken cancellationToken) =>
        kube.GetAsync(KubeResources.Pods, @namespace, name, cancellationToken);

    private static string? Found()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named)
        {
            return named.Split(Path.PathSeparator)[0];
        }

        return new[] { Path.Combine(s_home, ".weft", "kubeconfig"), Path.Combine(s_home, ".kube", "config") }.FirstOrDefault(File.Exists);
    }
}
