using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Weft.Host.Composition;

/// <summary>
/// The folder that keeps a mesh: objects, certificates, kubeconfig, logs, and which address block it owns. One Weft at a time holds it.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    /// <summary>The second octet of address blocks: 127.16.0.0/16 to 127.199.0.0/16.</summary>
    private const int FirstBlock = 16;
    private const int Blocks = 184;

    private readonly FileStream _lock;
    private readonly Socket _blockClaim;

    private StateFolder(string path, FileStream @lock, byte block, Socket blockClaim)
    {
        Path = path;
        Block = block;
        _lock = @lock;
        _blockClaim = blockClaim;
    }

    public string Path { get; }

    /// <summary>B of the mesh's address block 127.B.0.0/16.</summary>
    public byte Block { get; }

    public string LogFolder => System.IO.Path.Combine(Path, "logs");

    /// <exception cref="StartException">The folder cannot be made, is damaged, or another Weft holds it.</exception>
    public static StateFolder Open(string path)
    {
        try
        {
            path = System.IO.Path.GetFullPath(path);
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"state folder {path} cannot be used: {error.Message} Choose another with --state DIR", ExitCodes.CannotCreate, error);
        }

        var held = Hold(path);
        try
        {
            var (block, claim) = ClaimBlock(path);
            return new StateFolder(path, held, block, claim);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _blockClaim.Dispose();
        _lock.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "weft.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StartException($"state folder {path} is in use by another weft: stop it, or choose another with --state DIR", ExitCodes.Unavailable, error);
        }
    }

    /// <summary>The block written at the folder's first start, or a free one, written down now.</summary>
    private static (byte Block, Socket Claim) ClaimBlock(string path)
    {
        var file = System.IO.Path.Combine(path, "network");
        if (File.Exists(file))
        {
            var text = File.ReadAllText(file).Trim();
            if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var known) || known < FirstBlock || known >= FirstBlock + Blocks)
            {
                throw new StartException(
                    $"{file} is damaged: it should hold the second octet of the mesh's address block ({FirstBlock} to {FirstBlock + Blocks - 1}), not '{text[..Math.Min(40, text.Length)]}'. Restore it, or start with another --state DIR",
                    ExitCodes.DataError);
            }

            return (known, TryClaim(known) ?? throw new StartException(
                $"addresses 127.{known}.0.0/16 of this mesh are in use by another one: stop it, or choose another --state DIR", ExitCodes.Unavailable));
        }

        var first = SHA256.HashData(Encoding.UTF8.GetBytes(path))[0];
        for (var i = 0; i < Blocks; i++)
        {
            var block = (byte)(FirstBlock + ((first + i) % Blocks));
            if (TryClaim(block) is { } claim)
            {
                File.WriteAllText(file, block.ToString(CultureInfo.InvariantCulture));
                return (block, claim);
            }
        }

        throw new StartException("no address block in 127.0.0.0/8 is free: too many meshes run on this machine", ExitCodes.Unavailable);
    }

    /// <summary>A block is claimed by listening on a fixed place in it.</summary>
    private static Socket? TryClaim(byte block)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, block, 255, 254]), 15099));
            socket.Listen(1);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
