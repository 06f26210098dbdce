import { describe, expect, it } from 'vitest'
import { isPublicAddress, targetOf } from '../../src/kernel/net-address.ts'
import { REFUSED_TARGETS } from '../support/refused-targets.ts'

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2001:10::1',
    '2002:7f00:1::',
    '2002:a00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456:789a::1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    '127.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.1.1.1.',
    '１.1.1.1',
    'localhost',
    '',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('a target of our requests', () => {
  it.each(REFUSED_TARGETS)('W5: is not %s', (_, url, fault) => {
    expect(targetOf(url, ['127.0.0.1:8080'])).toBe(fault)
  })

  it.each([
    'https://hooks.example.com/',
    'https://hooks.example.com:8443/path?query=1',
    'https://HOOKS.Example.COM',
    'https://bücher.example.com/',
    'https://10.0.0.1.nip.io/',
  ])('is %s, once its name has led to public addresses', (url) => {
    expect(targetOf(url, [])).toMatchObject({ isAllowed: false })
  })

  it('is exactly the host and port that an operator allows, and nothing beside it', () => {
    const allowed = ['127.0.0.1:8080', 'sink.test:443']
    expect(targetOf('http://127.0.0.1:8080/a', allowed)).toMatchObject({ isAllowed: true })
    expect(targetOf('https://sink.test/a', allowed)).toMatchObject({ isAllowed: true })
    expect(targetOf('http://127.0.0.1:8081/a', allowed)).toBe('scheme')
    expect(targetOf('https://127.0.0.2:8080/a', allowed)).toBe('port')
    expect(targetOf('http://sink.test/a', allowed)).toBe('scheme')
    expect(targetOf('http://u:p@127.0.0.1:8080/a', allowed)).toBe('credentials')
    expect(targetOf('ftp://127.0.0.1:8080/a', allowed)).toBe('scheme')
  })
})
