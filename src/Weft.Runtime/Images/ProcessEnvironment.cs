using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Weft.Runtime.Containers;
using Weft.Runtime.Network;

namespace Weft.Runtime.Images;

/// <summary>The environment of a local process: what the container asks for, over what any program needs and where it may listen.</summary>
internal static class ProcessEnvironment
{
    /// <summary>What a program of this machine may need and no container says.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR", "TERM", "DOTNET_ROOT"];

    public static ImmutableDictionary<string, string> For(ContainerContext context)
    {
        var result = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value } && Inherited.Contains(name))
                result[name] = value;
        }

        result["HOST"] = context.Network.ListenAddress.ToString();
        if (!context.Container.Ports.IsEmpty)
            result["PORT"] = context.Container.Ports[0].Port.ToString(CultureInfo.InvariantCulture);
        if (context.Network.HasSidecar)
            AddProxy(result, context.Network);
        foreach (var (name, value) in context.Environment)
            result[name] = value;
        return result.ToImmutable();
    }

    /// <summary>Programs that honour these variables are captured by the sidecar; it resolves the names (socks5h).</summary>
    private static void AddProxy(ImmutableDictionary<string, string>.Builder result, PodNetwork network)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{network.PodAddress}:{SidecarDialer.OutboundPort}");
        foreach (var name in new[] { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY" })
            result[name] = $"http://{address}";
        foreach (var name in new[] { "all_proxy", "ALL_PROXY" })
            result[name] = $"socks5h://{address}";
        foreach (var name in new[] { "no_proxy", "NO_PROXY" })
            result[name] = $"localhost,127.0.0.1,{network.ListenAddress}";
    }
}
