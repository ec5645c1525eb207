using System.Diagnostics;

namespace Weft.Console.Graph.Model;

public enum Protocol
{
    Http,
    Grpc,
    Tcp,
}

public static class Protocols
{
    public const int Count = 3;

    public static string Name(this Protocol protocol) => protocol switch
    {
        Protocol.Http => "http",
        Protocol.Grpc => "grpc",
        Protocol.Tcp => "tcp",
        _ => throw new UnreachableException(),
    };

    public static Protocol? Parse(string? name) => name switch
    {
        "http" => Protocol.Http,
        "grpc" => Protocol.Grpc,
        "tcp" => Protocol.Tcp,
        _ => null,
    };
}
