namespace Weft.ApiServer.Streams;

public sealed class SpdyHeadersTests
{
    /// <summary>The first header block that kubectl 1.32 sends when a connection arrives at a forwarded port.</summary>
    [Fact]
    public void A_block_of_kubectl_is_read_with_the_dictionary_of_the_protocol()
    {
        using var headers = new SpdyHeaders();
        var read = headers.Read(Convert.FromHexString("78F9E3C6A7C202253A703A2B294A4DCC851625ACA9A0808614CB45A024CC6A6C616166CCC0C0C0590489C74C50FA663400000000FFFF"));
        Assert.Equal("error", read["streamtype"]);
        Assert.Equal("0", read["requestid"]);
        Assert.Equal("38863", read["port"]);
    }
}
