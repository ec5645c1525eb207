using System.CommandLine;
using System.Text.Json;
using Weft.ControlPlane.Injection;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Yaml;

namespace Weft.Host.Commands;

/// <summary>
/// <c>weft kube-inject</c>: a manifest with sidecars in its pods, for namespaces without automatic injection, as istioctl's command of that name does it; with the template
/// of Weft's own injection, whatever template the cluster has.
/// </summary>
internal static class KubeInjectCommand
{
    public static Command Create()
    {
        var cluster = new ClusterAccess();
        var file = new Option<string>("--filename", "-f") { Description = "The manifest; - is the standard input", HelpName = "FILE", Required = true };
        var @namespace = new Option<string?>("--namespace", "-n") { Description = "Namespace of objects that name none", HelpName = "NAME" };
        var command = new Command("kube-inject", "Print a manifest with the sidecars of a mesh of Weft in its pods, to be applied by kubectl") { file, @namespace };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClusterAccess.RunAsync(
            async () =>
            {
                using var kube = new KubeClient(cluster.Resolve(parsed));
                var name = parsed.GetRequiredValue(file);
                var manifest = await ReadAsync(name, cancellationToken);
                var settings = await MeshInjection.ReadAsync(kube, cancellationToken);
                await System.Console.Out.WriteAsync(Inject(name, manifest, parsed.GetValue(@namespace) ?? kube.Options.Namespace, settings));
            },
            cancellationToken));
        return command;
    }

    private static string Inject(string name, byte[] manifest, string @namespace, InjectionSettings settings)
    {
        try
        {
            return string.Join("---\n", KubeYaml.ReadObjects(manifest).Select(found => KubeYaml.Write(ManifestInjection.Inject(found, @namespace, settings))));
        }
        catch (YamlFormatException error)
        {
            throw new StartException($"{name}, line {error.Line}: {error.Message}", ExitCodes.DataError, error);
        }
        catch (JsonException error)
        {
            throw new StartException($"{name}: {error.Path}: {error.Message}", ExitCodes.DataError, error);
        }
    }

    private static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var source = name == "-" ? System.Console.OpenStandardInput() : File.OpenRead(name);
        using var whole = new MemoryStream();
        await source.CopyToAsync(whole, cancellationToken);
        return whole.ToArray();
    }
}
