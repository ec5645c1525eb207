using System.Globalization;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>Redis' protocol (RESP 2), written.</summary>
internal static class Resp
{
    public static readonly byte[] Ok = Simple("OK");
    public static readonly byte[] Null = "$-1\r\n"u8.ToArray();

    public static byte[] Simple(string text) => Encoding.UTF8.GetBytes($"+{text}\r\n");

    /// <param name="text">Begins with the error's code; line ends would break the protocol and are replaced.</param>
    public static byte[] Error(string text) => Encoding.UTF8.GetBytes($"-{text.Replace('\r', ' ').Replace('\n', ' ')}\r\n");

    public static byte[] Integer(long value) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $":{value}\r\n"));

    public static byte[] Bulk(byte[]? value) => value is null ? Null : [.. Header('$', value.Length), .. value, .. "\r\n"u8];

    public static byte[] Bulk(string value) => Bulk(Encoding.UTF8.GetBytes(value));

    /// <summary>An array of elements that are written already.</summary>
    public static byte[] Array(IReadOnlyCollection<byte[]> elements) => [.. Header('*', elements.Count), .. elements.SelectMany(element => element)];

    /// <summary>A command as clients and masters send it.</summary>
    public static byte[] Command(params IReadOnlyCollection<byte[]> words) => Array([.. words.Select(Bulk)]);

    public static byte[] Command(params IReadOnlyCollection<string> words) => Command([.. words.Select(Encoding.UTF8.GetBytes)]);

    public static byte[] Header(char kind, int length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{length}\r\n"));
}
