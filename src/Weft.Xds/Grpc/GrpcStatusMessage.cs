using System.Globalization;
using System.Text;

namespace Weft.Xds.Grpc;

/// <summary>The grpc-message of a status (gRPC over HTTP/2, Status-Message).</summary>
public static class GrpcStatusMessage
{
    /// <summary>What a header may hold: printable ASCII but the percent sign as it is, every other byte of UTF-8 as %XX.</summary>
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(message))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)unit);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
            }
        }

        return text.ToString();
    }
}
