using System.Security.Cryptography;
using System.Text;
using Assist.Hashing;

namespace Assist.Tests.Hashing;

public sealed class Sha256Tests
{
    // The examples of FIPS 180-4: no block, one, two.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_standards_examples_give_the_standards_hashes(string text, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Sha256.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Every_length_around_a_block_gives_what_OpenSSL_gives()
    {
        var data = new byte[300];
        new Random(1).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
            Assert.Equal(SHA256.HashData(data.AsSpan(0, length)), Sha256.Hash(data.AsSpan(0, length)));
    }
}
